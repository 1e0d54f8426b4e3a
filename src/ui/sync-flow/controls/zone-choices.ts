import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Zone, ZoneMatch } from '../zones/zone-search.js';
import { cityOf, searchZones, zoneOf } from '../zones/zone-search.js';
import { loadZones } from '../zones/zone-table.js';

/** More than these nobody reads; typing one letter more is quicker. */
const MOST = 50;

export interface ZoneChoices {
  /** "London, United Kingdom". */
  readonly named: (id: string, city?: string) => string;
  readonly matches: (typed: string, chosen: string) => readonly ZoneMatch[];
}

/** The zones as they become known, with countries in the merchant's language. */
export function useZoneChoices(tag: string): ZoneChoices {
  const [zones, setZones] = useState<readonly Zone[]>([]);
  useEffect(() => {
    loadZones().then(setZones, () => undefined);
  }, []);
  return useMemo(() => {
    const countries = new Intl.DisplayNames(tag, { type: 'region' });
    const countryName = (code: string): string => (code === '' ? '' : (countries.of(code) ?? code));
    return {
      named: (id, city) => {
        const zone = zoneOf(zones, id);
        const country = countryName(zone?.country ?? '');
        return [city ?? zone?.cities[0] ?? cityOf(id), country].filter((part) => part !== '').join(', ');
      },
      matches: (typed, chosen) => {
        const found = searchZones(zones, typed, countryName);
        const first = typed === '' ? found.filter(({ zone }) => zone === zoneOf(zones, chosen)) : [];
        return [...new Set([...first, ...found])].slice(0, MOST);
      },
    };
  }, [zones, tag]);
}

/** "UTC+5:30", as it is at `now`; empty where the browser does not know the zone. */
export function offsetOf(timeZone: string, now: Date): string {
  try {
    const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'shortOffset' });
    const name = format.formatToParts(now).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    return name.replace('GMT', 'UTC');
  } catch {
    return '';
  }
}

/** The time there now, on the merchant's kind of clock. */
export function timeIn(timeZone: string, tag: string, now: Date): string {
  try {
    return new Intl.DateTimeFormat(tag, { timeZone, hour: '2-digit', minute: '2-digit' }).format(now);
  } catch {
    return '';
  }
}
