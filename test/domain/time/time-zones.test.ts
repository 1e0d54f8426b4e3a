import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { TIME_ZONE_LINKS, TIME_ZONE_NAMES } from '../../../src/domain/time/time-zones.js';
import { instantAt, parseTimeZone } from '../../../src/domain/time/zoned-time.js';
import { date, hour, zone } from '../schedule/schedules.js';

const tzdata = createRequire(import.meta.url)('tzdata') as { readonly zones: Readonly<Record<string, unknown>> };

describe('the list of time zones', () => {
  it('is that of the pinned tzdata, without the zone that is no place', () => {
    const names = Object.keys(tzdata.zones).filter((name) => name !== 'Factory');
    expect(TIME_ZONE_NAMES).toEqual(names.toSorted());
    const links = Object.entries(tzdata.zones).filter(([, target]) => typeof target === 'string');
    expect(TIME_ZONE_LINKS).toEqual(Object.fromEntries(links));
  });

  it('holds nothing that this platform cannot compute', () => {
    for (const name of TIME_ZONE_NAMES) expect(parseTimeZone(name)).toBe(name);
  });

  it('has links that mean what their targets mean', () => {
    for (const [link, target] of Object.entries(TIME_ZONE_LINKS)) {
      for (const day of ['1970-02-01', '1999-07-01', '2026-01-15', '2026-07-15']) {
        expect(instantAt(date(day), hour(3), zone(link))).toBe(instantAt(date(day), hour(3), zone(target)));
      }
    }
  });
});
