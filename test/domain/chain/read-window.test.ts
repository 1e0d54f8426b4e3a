/// <reference lib="esnext.temporal" />
import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { bucketsBefore, bucketStart, type CalendarBucket } from '../../../src/domain/chain/read-window.js';
import { DAY, HOUR, instantOf, MINUTE, toIso } from '../../../src/domain/time/instant.js';
import { TIME_ZONE_NAMES } from '../../../src/domain/time/time-zones.js';
import { at, zone } from '../schedule/schedules.js';

/** What is read for a period, as `from to`; undefined where nothing is. */
function read(bucket: CalendarBucket, name: string, [start, dueDate]: readonly [string, string]): string | undefined {
  const span = bucketsBefore({ start: at(start), dueDate: at(dueDate) }, bucket, zone(name));
  return span && `${toIso(span.start)} ${toIso(span.finish)}`;
}

describe('the previous day', () => {
  it.each([
    [
      'is the single full day before the due date',
      'Europe/London',
      ['2022-07-13T05:00Z', '2022-07-14T05:00Z'],
      '2022-07-12T23:00:00.000Z 2022-07-13T23:00:00.000Z',
    ],
    [
      'is the period itself where the sync hour is midnight',
      'Europe/London',
      ['2022-07-12T23:00Z', '2022-07-13T23:00Z'],
      '2022-07-12T23:00:00.000Z 2022-07-13T23:00:00.000Z',
    ],
    [
      'has 25 hours when the clocks go back',
      'Europe/London',
      ['2022-10-30T06:00Z', '2022-10-31T06:00Z'],
      '2022-10-29T23:00:00.000Z 2022-10-31T00:00:00.000Z',
    ],
    [
      'has 23 hours when they go forward',
      'Europe/London',
      ['2022-03-27T05:00Z', '2022-03-28T05:00Z'],
      '2022-03-27T00:00:00.000Z 2022-03-27T23:00:00.000Z',
    ],
    [
      'begins at one where the clocks skip midnight',
      'Africa/Cairo',
      ['2024-04-26T03:00Z', '2024-04-27T03:00Z'],
      '2024-04-25T22:00:00.000Z 2024-04-26T21:00:00.000Z',
    ],
    [
      'begins at the first midnight where there are two',
      'America/Havana',
      ['2022-11-06T11:00Z', '2022-11-07T11:00Z'],
      '2022-11-06T04:00:00.000Z 2022-11-07T05:00:00.000Z',
    ],
    [
      'takes in every day from the start date on',
      'Europe/London',
      ['2022-05-01T05:00Z', '2022-07-14T05:00Z'],
      '2022-04-30T23:00:00.000Z 2022-07-13T23:00:00.000Z',
    ],
    [
      'takes in both days of two due dates merged',
      'Etc/UTC',
      ['2022-07-12T06:00Z', '2022-07-14T06:00Z'],
      '2022-07-12T00:00:00.000Z 2022-07-14T00:00:00.000Z',
    ],
  ] as const)('%s', (_, name, period, expected) => {
    expect(read('previousDay', name, period)).toBe(expected);
  });

  it('is not read before it has ended', () => {
    expect(read('previousDay', 'Etc/UTC', ['2022-07-13T05:00Z', '2022-07-13T06:00Z'])).toBeUndefined();
    expect(read('previousDay', 'Etc/UTC', ['2022-07-13T23:00Z', '2022-07-14T00:00Z'])).toBe(
      '2022-07-13T00:00:00.000Z 2022-07-14T00:00:00.000Z',
    );
  });
});

describe('the previous hour', () => {
  it.each([
    ['Etc/UTC', ['2022-07-13T05:20Z', '2022-07-13T06:20Z'], '2022-07-13T05:00:00.000Z 2022-07-13T06:00:00.000Z'],
    ['Asia/Kolkata', ['2022-07-13T05:00Z', '2022-07-13T06:00Z'], '2022-07-13T04:30:00.000Z 2022-07-13T05:30:00.000Z'],
    ['Asia/Kathmandu', ['2022-07-13T05:00Z', '2022-07-13T06:00Z'], '2022-07-13T04:15:00.000Z 2022-07-13T05:15:00.000Z'],
    // 01:00 summer time is 00:00Z, and is followed by 01:00 winter time: two hours of one name.
    ['Europe/London', ['2022-10-30T00:10Z', '2022-10-30T01:10Z'], '2022-10-30T00:00:00.000Z 2022-10-30T01:00:00.000Z'],
    ['Europe/London', ['2022-10-30T01:10Z', '2022-10-30T02:10Z'], '2022-10-30T01:00:00.000Z 2022-10-30T02:00:00.000Z'],
    // 02:00 to 02:30 is skipped: what is left of that hour begins at 02:30.
    [
      'Australia/Lord_Howe',
      ['2022-10-01T14:40Z', '2022-10-01T15:40Z'],
      '2022-10-01T14:30:00.000Z 2022-10-01T15:30:00.000Z',
    ],
    [
      'Australia/Lord_Howe',
      ['2022-10-01T15:40Z', '2022-10-01T16:40Z'],
      '2022-10-01T15:30:00.000Z 2022-10-01T16:00:00.000Z',
    ],
    // 01:30 to 02:00 is repeated: half an hour more of one o'clock.
    [
      'Australia/Lord_Howe',
      ['2022-04-02T14:10Z', '2022-04-02T15:10Z'],
      '2022-04-02T14:00:00.000Z 2022-04-02T15:00:00.000Z',
    ],
    [
      'Australia/Lord_Howe',
      ['2022-04-02T15:10Z', '2022-04-02T16:10Z'],
      '2022-04-02T15:00:00.000Z 2022-04-02T15:30:00.000Z',
    ],
  ] as const)('is a whole hour of the clock in %s', (name, period, expected) => {
    expect(read('previousHour', name, period)).toBe(expected);
  });
});

const zones = fc.constantFrom(...TIME_ZONE_NAMES.map(zone));
const bucket = fc.constantFrom<CalendarBucket>('previousDay', 'previousHour');
const moment = fc
  .integer({ min: Date.UTC(2000, 0, 1) / MINUTE, max: Date.UTC(2037, 0, 1) / MINUTE })
  .map((minutes) => instantOf(minutes * MINUTE));

describe('periods that follow on from one another', () => {
  it('read every instant before the last bucket once, whatever their lengths', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 4 * 24 * 60 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(zones, bucket, moment, lengths, (timeZone, kind, start, minutes) => {
        const bounds = [start];
        for (const length of minutes) bounds.push(instantOf((bounds.at(-1) ?? start) + length * MINUTE));
        let upTo = bucketStart(start, kind, timeZone);
        for (const [index, dueDate] of bounds.slice(1).entries()) {
          const span = bucketsBefore({ start: bounds[index] ?? start, dueDate }, kind, timeZone);
          if (!span) continue;
          expect(span.start).toBe(upTo);
          expect(span.finish).toBeLessThanOrEqual(dueDate);
          upTo = span.finish;
        }
        const last = bounds.at(-1) ?? start;
        // Nothing is left out but the bucket that has not ended.
        expect(upTo).toBe(bucketStart(last, kind, timeZone));
        expect(last - upTo).toBeLessThan(kind === 'previousDay' ? DAY + 4 * HOUR : HOUR);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('around every change of the clocks of every zone', () => {
  it(
    'a day begins where Temporal has it, an hour where the clock shows a full one or is moved',
    { timeout: 120_000 },
    () => {
      const from = Temporal.Instant.from('2014-01-01T00:00Z');
      const mismatches: string[] = [];
      let compared = 0;
      for (const name of TIME_ZONE_NAMES) {
        const timeZone = zone(name);
        let change = from.toZonedDateTimeISO(name).getTimeZoneTransition('next');
        while (change !== null && change.year < 2030) {
          for (const minutes of [-1500, -61, -31, -1, 0, 1, 29, 31, 59, 61, 1499]) {
            const moment = change.add({ minutes });
            const here = instantOf(moment.epochMilliseconds);
            const full = moment.subtract({ minutes: moment.minute, seconds: moment.second });
            const hour = minutes >= 0 && full.epochMilliseconds < change.epochMilliseconds ? change : full;
            compared += 1;
            if (bucketStart(here, 'previousDay', timeZone) !== moment.startOfDay().epochMilliseconds)
              mismatches.push(`day of ${moment.toString()}`);
            if (bucketStart(here, 'previousHour', timeZone) !== hour.epochMilliseconds)
              mismatches.push(`hour of ${moment.toString()}`);
          }
          change = change.getTimeZoneTransition('next');
        }
      }
      expect(mismatches).toEqual([]);
      expect(compared).toBeGreaterThan(10_000);
    },
  );
});
