/// <reference lib="esnext.temporal" />
import { afterEach, describe, expect, it, vi } from 'vitest';
import { dateOfEpochDay, epochDay } from '../../../src/domain/time/calendar-date.js';
import { TIME_ZONE_NAMES } from '../../../src/domain/time/time-zones.js';
import { PRESENTS, date, hour } from '../schedule/schedules.js';

type ZonedTime = typeof import('../../../src/domain/time/zoned-time.js');

const FROM = Temporal.Instant.from('2000-01-01T00:00Z');
const UP_TO = Temporal.Instant.from('2038-01-01T00:00Z').epochMilliseconds;

/** Every transition of a zone from 2000 to 2037, told by the platform's Temporal. */
function* transitionsOf(name: string): Generator<Temporal.ZonedDateTime> {
  let at = FROM.toZonedDateTimeISO(name).getTimeZoneTransition('next');
  while (at !== null && at.epochMilliseconds < UP_TO) {
    yield at;
    at = at.getTimeZoneTransition('next');
  }
}

/** The dates of a transition, before and after it, and the ones next to them. */
function datesAround(transition: Temporal.ZonedDateTime): readonly string[] {
  const first = epochDay(date(transition.subtract({ nanoseconds: 1 }).toPlainDate().toString())) - 1;
  const last = epochDay(date(transition.toPlainDate().toString())) + 1;
  return Array.from({ length: last - first + 1 }, (_, day) => dateOfEpochDay(first + day));
}

function mismatchesOf(zoned: ZonedTime, name: string, tally: { transitions: number; hours: number }): string[] {
  const zone = zoned.parseTimeZone(name);
  if (zone === undefined) return [`${name} is not parsed`];
  const mismatches: string[] = [];
  for (const transition of transitionsOf(name)) {
    tally.transitions += 1;
    for (const text of datesAround(transition)) {
      const day = Temporal.PlainDate.from(text);
      for (let time = 0; time < 24; time += 1) {
        const expected = day.toZonedDateTime({ timeZone: name, plainTime: { hour: time } }).epochMilliseconds;
        const resolved = zoned.instantAt(date(text), hour(time), zone);
        tally.hours += 1;
        if (resolved !== expected) mismatches.push(`${name} ${text} ${time}: ${resolved}, not ${expected}`);
      }
    }
  }
  return mismatches;
}

describe.each(PRESENTS)('every hour around every transition of every zone, asked in %s', (season, present) => {
  afterEach(() => vi.useRealTimers());

  it('is the instant that Temporal calls compatible', { timeout: 120_000 }, async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(present) });
    vi.resetModules();
    const zoned = await import('../../../src/domain/time/zoned-time.js');
    const tally = { transitions: 0, hours: 0 };
    const mismatches = TIME_ZONE_NAMES.flatMap((name) => mismatchesOf(zoned, name, tally));
    process.stdout.write(
      `${season}: ${TIME_ZONE_NAMES.length} zones, ${tally.transitions} transitions, ${tally.hours} local hours, ` +
        `${mismatches.length} mismatches\n`,
    );
    expect(mismatches).toEqual([]);
    expect(tally.hours).toBeGreaterThan(1_000_000);
  });
});
