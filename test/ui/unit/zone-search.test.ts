import { describe, expect, it } from 'vitest';
import { TIME_ZONE_NAMES } from '../../../src/domain/time/time-zones.js';
import { ZONE_ROWS } from '../../../src/ui/sync-flow/zones/zone-rows.js';
import { parseZones, searchZones, zoneOf } from '../../../src/ui/sync-flow/zones/zone-search.js';

const zones = parseZones(ZONE_ROWS);
const english = new Intl.DisplayNames('en', { type: 'region' });
const find = (typed: string) => searchZones(zones, typed, (code) => (code === '' ? '' : (english.of(code) ?? '')));

describe('the search for a time zone', () => {
  it.each([
    ['Kolkata', 'Asia/Kolkata'],
    ['calcutta', 'Asia/Kolkata'],
    ['Delhi', 'Asia/Kolkata'],
    ['Mumbai', 'Asia/Kolkata'],
    ['Kyiv', 'Europe/Kyiv'],
    ['Kiev', 'Europe/Kyiv'],
    ['utc', 'UTC'],
    ['GMT', 'UTC'],
    ['São Paulo', 'America/Sao_Paulo'],
    ['sao paulo', 'America/Sao_Paulo'],
    ['sao_paulo', 'America/Sao_Paulo'],
    ['America/Sao_Paulo', 'America/Sao_Paulo'],
    ['bahia', 'America/Bahia'],
    ['new york', 'America/New_York'],
    ['US/Pacific', 'America/Los_Angeles'],
    ['saigon', 'Asia/Ho_Chi_Minh'],
    ['rangoon', 'Asia/Yangon'],
    ['Kathmandu', 'Asia/Kathmandu'],
    ['katmandu', 'Asia/Kathmandu'],
    ['birmingham', 'Europe/London'],
    ['japan', 'Asia/Tokyo'],
  ])('finds %s within the first three', (typed, id) => {
    expect(
      find(typed)
        .slice(0, 3)
        .map(({ zone }) => zone.id),
    ).toContain(id);
  });

  it('shows the city that was looked for', () => {
    expect(find('delhi')[0]).toMatchObject({ city: 'Delhi', zone: { id: 'Asia/Kolkata' } });
    expect(find('sao paulo')[0]?.city).toBe('São Paulo');
  });

  it('finds nothing for what is nowhere', () => {
    expect(find('qqqq')).toEqual([]);
  });

  it('offers only zones that a schedule may carry, each once', () => {
    const known = new Set(TIME_ZONE_NAMES);
    expect(zones.filter(({ id }) => !known.has(id))).toEqual([]);
    expect(new Set(zones.map(({ id }) => id)).size).toBe(zones.length);
  });

  it('knows every zone and every name of old, but for those of no place', () => {
    const nowhere = /^(Etc\/GMT|GMT[+-]?0|[CEMP]ST\d[CEMP]DT|Etc\/(Greenwich|UCT|Universal|Zulu)|Factory)/;
    expect(TIME_ZONE_NAMES.filter((name) => !nowhere.test(name) && zoneOf(zones, name) === undefined)).toEqual([]);
  });
});
