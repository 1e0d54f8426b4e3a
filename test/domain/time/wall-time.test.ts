import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseDateTime } from '../../../src/domain/time/date-time.js';
import { toIso } from '../../../src/domain/time/instant.js';
import dst from '../data/dst-facts.json' with { type: 'json' };
import { PRESENTS, at, date, hour, zone } from '../schedule/schedules.js';

type ZonedTime = typeof import('../../../src/domain/time/zoned-time.js');

const kinds = { plain: 'once', gap: 'missing', fold: 'twice' } as const;

describe.each(PRESENTS)('a wall time, asked in %s', (_, present) => {
  let zoned: ZonedTime;

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(present) });
    // Nothing that was computed at another time of the year may be remembered.
    vi.resetModules();
    zoned = await import('../../../src/domain/time/zoned-time.js');
  });
  afterEach(() => vi.useRealTimers());

  const resolve = (localWallTime: string, name: string): string => {
    const written = parseDateTime(localWallTime);
    if (written === undefined) throw new Error(localWallTime);
    return toIso(zoned.instantOfWallTime(written.date, written.wallTime % 86_400_000, zone(name)));
  };

  it.each(dst.facts)('$id: $localWallTime in $zone is $recommendedUtc ($kind)', (fact) => {
    expect(resolve(fact.localWallTime, fact.zone)).toBe(toIso(at(fact.recommendedUtc)));
    if (!fact.wholeHour) return;
    const [day, time] = [date(fact.localWallTime.slice(0, 10)), hour(Number(fact.localWallTime.slice(11, 13)))];
    expect(toIso(zoned.instantAt(day, time, zone(fact.zone)))).toBe(toIso(at(fact.recommendedUtc)));
    expect(zoned.wallTimeKind(day, time, zone(fact.zone))).toBe(kinds[fact.kind as keyof typeof kinds]);
  });

  it('agrees with the other projects on every time that exists once', () => {
    const plain = dst.facts.filter((fact) => fact.kind === 'plain');
    expect(plain).toHaveLength(38);
    for (const fact of plain)
      expect(resolve(fact.localWallTime, fact.zone)).toBe(toIso(at(fact.peerExpectedUtc ?? '')));
  });

  it.each(dst.chains)('chain: $name', ({ ids, hours, hoursRecommended }) => {
    const instants = ids.map((id) => {
      const fact = dst.facts.find((candidate) => candidate.id === id);
      return at(resolve(fact?.localWallTime ?? '', fact?.zone ?? ''));
    });
    const lengths = instants.slice(1).map((end, before) => (end - (instants[before] ?? end)) / 3_600_000);
    expect(lengths).toEqual(hours ?? hoursRecommended);
  });

  it.each([
    ['Europe/London', '2022-05-01', 0, '2022-04-30T23:00Z', 'once'],
    ['Europe/London', '2022-07-14', 0, '2022-07-13T23:00Z', 'once'],
    ['Europe/London', '2022-07-15', 0, '2022-07-14T23:00Z', 'once'],
    ['America/New_York', '2026-03-07', 2, '2026-03-07T07:00Z', 'once'],
    ['America/New_York', '2026-03-08', 2, '2026-03-08T07:00Z', 'missing'],
    ['America/New_York', '2026-03-09', 2, '2026-03-09T06:00Z', 'once'],
    ['America/New_York', '2026-10-31', 1, '2026-10-31T05:00Z', 'once'],
    ['America/New_York', '2026-11-01', 1, '2026-11-01T05:00Z', 'twice'],
    ['America/New_York', '2026-11-02', 1, '2026-11-02T06:00Z', 'once'],
    ['America/New_York', '2026-03-08', 0, '2026-03-08T05:00Z', 'once'],
    ['America/New_York', '2026-03-09', 0, '2026-03-09T04:00Z', 'once'],
    ['America/New_York', '2026-11-01', 0, '2026-11-01T04:00Z', 'once'],
    ['America/New_York', '2026-11-02', 0, '2026-11-02T05:00Z', 'once'],
    ['Asia/Beirut', '2026-03-29', 0, '2026-03-28T22:00Z', 'missing'],
    ['America/Havana', '2026-03-08', 0, '2026-03-08T05:00Z', 'missing'],
    ['America/Havana', '2026-11-01', 0, '2026-11-01T04:00Z', 'twice'],
    ['Africa/Cairo', '2026-04-24', 0, '2026-04-23T22:00Z', 'missing'],
    ['America/Santiago', '2026-09-06', 0, '2026-09-06T04:00Z', 'missing'],
    ['Australia/Lord_Howe', '2026-10-03', 2, '2026-10-02T15:30Z', 'once'],
    ['Australia/Lord_Howe', '2026-10-04', 2, '2026-10-03T15:30Z', 'missing'],
    ['Australia/Lord_Howe', '2026-10-05', 2, '2026-10-04T15:00Z', 'once'],
    ['Pacific/Apia', '2011-12-29', 0, '2011-12-29T10:00Z', 'once'],
    ['Pacific/Apia', '2011-12-30', 0, '2011-12-30T10:00Z', 'missing'],
    ['Pacific/Apia', '2011-12-31', 0, '2011-12-30T10:00Z', 'once'],
    ['Asia/Kathmandu', '2026-01-01', 0, '2025-12-31T18:15Z', 'once'],
    ['Pacific/Kiritimati', '2026-01-01', 0, '2025-12-31T10:00Z', 'once'],
    ['Africa/Monrovia', '1970-06-01', 0, '1970-06-01T00:44:30Z', 'once'],
  ])('%s %s at %i is %s and exists %s', (name, day, time, utc, kind) => {
    expect(toIso(zoned.instantAt(date(day), hour(time), zone(name)))).toBe(toIso(at(utc)));
    expect(zoned.wallTimeKind(date(day), hour(time), zone(name))).toBe(kind);
  });

  it.each([
    ['Europe/London', '2022-07-13T23:00Z', '2022-07-14', '2022-07-14T00:00:00.000+01:00', 60],
    ['Asia/Kathmandu', '2026-01-01T00:00Z', '2026-01-01', '2026-01-01T05:45:00.000+05:45', 345],
    ['America/St_Johns', '2026-01-01T00:00Z', '2025-12-31', '2025-12-31T20:30:00.000-03:30', -210],
    ['America/New_York', '2026-11-01T05:30Z', '2026-11-01', '2026-11-01T01:30:00.000-04:00', -240],
    ['America/New_York', '2026-11-01T06:30Z', '2026-11-01', '2026-11-01T01:30:00.000-05:00', -300],
    ['Etc/UTC', '1969-12-31T23:59:59.999Z', '1969-12-31', '1969-12-31T23:59:59.999+00:00', 0],
  ])('in %s the instant %s falls on %s: %s', (name, utc, day, local, offset) => {
    expect(zoned.calendarDateAt(at(utc), zone(name))).toBe(day);
    expect(zoned.localTimeAt(at(utc), zone(name))).toBe(local);
    expect(zoned.offsetAt(at(utc), zone(name))).toBe(offset);
  });
});
