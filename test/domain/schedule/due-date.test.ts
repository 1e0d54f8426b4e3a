import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import {
  countDueDates,
  dueDateAt,
  firstDueDate,
  latestDueDate,
  nearestDueDate,
  nextDueDate,
  startInstant,
} from '../../../src/domain/schedule/due-date.js';
import { DAY, HOUR, MINUTE, instantOf, plus, toIso } from '../../../src/domain/time/instant.js';
import type { Instant } from '../../../src/domain/time/instant.js';
import { nextDueDates } from '../../../src/domain/schedule/next-due-dates.js';
import type { Frequency, SyncSchedule } from '../../../src/domain/schedule/schedule.js';
import { TIME_ZONE_NAMES } from '../../../src/domain/time/time-zones.js';
import { calendarDateAt, localTimeAt } from '../../../src/domain/time/zoned-time.js';
import { aSchedule, at } from './schedules.js';

const local = (schedule: SyncSchedule, instants: readonly Instant[]) =>
  instants.map((instant) => localTimeAt(instant, schedule.timeZone).slice(0, 16));

const steps = (schedule: SyncSchedule, count: number) =>
  Array.from({ length: count }, (_, n) => dueDateAt(schedule, n));

describe('due dates on the calendar', () => {
  it('of a daily schedule come at the sync hour of every day', () => {
    const schedule = aSchedule({ startDate: '2026-03-28', syncHour: 6 });
    expect(local(schedule, steps(schedule, 3))).toEqual(['2026-03-28T06:00', '2026-03-29T06:00', '2026-03-30T06:00']);
  });

  it('of a weekly schedule come on the weekday of the start date', () => {
    const schedule = aSchedule({ selectedFrequency: 'Weekly', startDate: '2026-03-18', syncHour: 6 });
    expect(local(schedule, steps(schedule, 3))).toEqual(['2026-03-18T06:00', '2026-03-25T06:00', '2026-04-01T06:00']);
  });

  it('of a monthly schedule are clamped to the end of each month from the anchor', () => {
    const schedule = aSchedule({ selectedFrequency: 'Monthly', startDate: '2023-10-31' });
    expect(local(schedule, steps(schedule, 8)).map((text) => text.slice(0, 10))).toEqual([
      '2023-10-31',
      '2023-11-30',
      '2023-12-31',
      '2024-01-31',
      '2024-02-29',
      '2024-03-31',
      '2024-04-30',
      '2024-05-31',
    ]);
  });

  it('go back to their hour after a gap: they are counted from the start, never from each other', () => {
    const schedule = aSchedule({ startDate: '2026-03-07', syncHour: 2, timeZone: 'America/New_York' });
    expect(local(schedule, steps(schedule, 4))).toEqual([
      '2026-03-07T02:00',
      '2026-03-08T03:00',
      '2026-03-09T02:00',
      '2026-03-10T02:00',
    ]);
  });

  it('of Apia do not make a period of 30 December 2011, which was no day there', () => {
    const schedule = aSchedule({ startDate: '2011-12-28', timeZone: 'Pacific/Apia' });
    const first = nextDueDate(schedule, startInstant(schedule));
    const chain = [first, nextDueDate(schedule, first)];
    chain.push(nextDueDate(schedule, chain[1] ?? first));
    expect(local(schedule, chain)).toEqual(['2011-12-29T00:00', '2011-12-31T00:00', '2012-01-01T00:00']);
    expect(countDueDates(schedule, startInstant(schedule), chain[2] ?? first)).toBe(3);
  });

  it('of Apia do not start with an empty period either', () => {
    const schedule = aSchedule({ startDate: '2011-12-30', timeZone: 'Pacific/Apia' });
    expect(local(schedule, [nextDueDate(schedule, instantOf(0))])).toEqual(['2012-01-01T00:00']);
  });
});

describe('due dates in elapsed time', () => {
  it('of an hourly schedule come every 60 minutes, whatever the clocks do', () => {
    const schedule = aSchedule({ selectedFrequency: 'Hourly', startDate: '2026-03-29', timeZone: 'Europe/London' });
    const lengths = steps(schedule, 5)
      .slice(1)
      .map((due, n) => due - dueDateAt(schedule, n));
    expect(lengths).toEqual([HOUR, HOUR, HOUR, HOUR]);
  });

  it('of an interval start at the sync hour of the start date', () => {
    const schedule = aSchedule({
      selectedFrequency: 'Interval',
      interval: 'PT7M',
      startDate: '2026-07-01',
      syncHour: 3,
    });
    expect(local(schedule, steps(schedule, 3))).toEqual(['2026-07-01T03:00', '2026-07-01T03:07', '2026-07-01T03:14']);
    expect(local(schedule, [nextDueDate(schedule, at('2026-07-01T02:14Z'))])).toEqual(['2026-07-01T03:21']);
    expect(countDueDates(schedule, at('2026-07-01T02:00Z'), at('2026-07-01T03:00Z'))).toBe(8);
  });
});

describe('the first due date', () => {
  it.each([
    [
      'is on the next day although today’s hour is ahead',
      { syncHour: 18 },
      '2022-07-13T16:00+01:00',
      '2022-07-14T18:00',
    ],
    ['is on the next day when the hour is past', { syncHour: 3 }, '2022-07-13T16:00+01:00', '2022-07-14T03:00'],
    ['counts the day in the zone', { timeZone: 'Asia/Tokyo' }, '2022-07-13T23:30Z', '2022-07-15T00:00'],
    ['is a day later at exactly midnight', {}, '2022-07-14T00:00+01:00', '2022-07-15T00:00'],
    ['follows a start in the future', { startDate: '2022-08-01' }, '2022-07-13T16:00+01:00', '2022-08-02T00:00'],
    ['follows a start today', { startDate: '2022-07-13' }, '2022-07-13T16:00+01:00', '2022-07-14T00:00'],
    ['follows a start tomorrow', { startDate: '2022-07-14' }, '2022-07-13T16:00+01:00', '2022-07-15T00:00'],
    [
      'is the next anchor day of the month',
      { selectedFrequency: 'Monthly' },
      '2022-07-13T16:00+01:00',
      '2022-08-01T00:00',
    ],
    [
      'is not an anchor day that is today',
      { selectedFrequency: 'Monthly', syncHour: 18 },
      '2022-08-01T09:00+01:00',
      '2022-09-01T18:00',
    ],
    ['is the next anchor weekday', { selectedFrequency: 'Weekly' }, '2022-07-13T16:00+01:00', '2022-07-17T00:00'],
    [
      'does not wait for a day if hourly',
      { selectedFrequency: 'Hourly' },
      '2022-07-13T16:10+01:00',
      '2022-07-13T17:00',
    ],
    ['is strictly after now if hourly', { selectedFrequency: 'Hourly' }, '2022-07-13T16:00+01:00', '2022-07-13T17:00'],
    [
      'does not wait for a day with an interval',
      { selectedFrequency: 'Interval', interval: 'PT15M' },
      '2022-07-13T16:10+01:00',
      '2022-07-13T16:15',
    ],
    [
      'is the Saturday when Samoa had no Friday',
      { startDate: '2011-01-01', timeZone: 'Pacific/Apia' },
      '2011-12-29T22:00Z',
      '2011-12-31T00:00',
    ],
  ])('%s', (_, fields, now, due) => {
    const schedule = aSchedule(fields);
    expect(local(schedule, [firstDueDate(schedule, at(now), startInstant(schedule))])).toEqual([due]);
  });

  it('is after now where clocks moved back over midnight repeat the evening', () => {
    // On 1 November 2009 at 00:01 the clocks of St. John's went back to 23:01.
    const schedule = aSchedule({ startDate: '2009-01-01', timeZone: 'America/St_Johns' });
    const now = at('2009-11-01T02:35Z');
    expect(local(schedule, [now])).toEqual(['2009-10-31T23:05']);
    const due = firstDueDate(schedule, now, startInstant(schedule));
    expect(due).toBeGreaterThan(now);
    expect(local(schedule, [due])).toEqual(['2009-11-02T00:00']);
  });
});

const zones = fc.constantFrom(...TIME_ZONE_NAMES);
const frequencies = fc.constantFrom<Frequency>('Interval', 'Hourly', 'Daily', 'Weekly', 'Monthly');
const days = (from: string, upTo: string) =>
  fc.integer({ min: at(from) / DAY, max: at(upTo) / DAY }).map((day) => toIso(instantOf(day * DAY)).slice(0, 10));

const schedules = fc
  .record({
    selectedFrequency: frequencies,
    startDate: days('1999-01-01T00:00Z', '2034-01-01T00:00Z'),
    syncHour: fc.integer({ min: 0, max: 23 }),
    timeZone: zones,
    minutes: fc.integer({ min: 1, max: 720 }),
  })
  .map(({ minutes, ...fields }) =>
    aSchedule(fields.selectedFrequency === 'Interval' ? { ...fields, interval: `PT${minutes}M` } : fields),
  );

const instants = fc
  .integer({ min: at('1998-01-01T00:00Z') / MINUTE, max: at('2037-01-01T00:00Z') / MINUTE })
  .map((n) => instantOf(n * MINUTE));

describe('laws of due dates', () => {
  it('the next due date is the least member of the lattice after an instant and the start', () => {
    fc.assert(
      fc.property(schedules, instants, (schedule, after) => {
        const due = nextDueDate(schedule, after);
        const from = Math.max(after, startInstant(schedule));
        expect(due).toBeGreaterThan(from);
        const previous = latestDueDate(schedule, plus(due, -1)) ?? startInstant(schedule);
        expect(previous).toBeLessThanOrEqual(from);
        expect(latestDueDate(schedule, due)).toBe(due);
        expect(countDueDates(schedule, plus(due, -1), due)).toBe(1);
      }),
      { numRuns: 3_000 },
    );
  });

  it('due dates are counted as they come', () => {
    fc.assert(
      fc.property(schedules, instants, fc.integer({ min: 0, max: 40 }), (schedule, after, count) => {
        let due = after;
        for (let n = 0; n < count; n += 1) due = nextDueDate(schedule, due);
        expect(countDueDates(schedule, after, due)).toBe(count);
      }),
      { numRuns: 1_000 },
    );
  });

  it('the first due date is a due date after now, after the start, and on a later day than now', () => {
    fc.assert(
      fc.property(schedules, instants, instants, (schedule, now, after) => {
        const due = firstDueDate(schedule, now, after);
        expect(due).toBeGreaterThan(Math.max(now, after, startInstant(schedule)));
        expect(latestDueDate(schedule, due)).toBe(due);
        const elapsed = schedule.selectedFrequency === 'Hourly' || schedule.selectedFrequency === 'Interval';
        const [today, day] = [now, due].map((instant) => calendarDateAt(instant, schedule.timeZone));
        expect(elapsed || (today !== undefined && day !== undefined && today < day)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  it('many next due dates are what each is by itself', () => {
    fc.assert(
      fc.property(fc.array(schedules, { minLength: 1, maxLength: 300 }), instants, (many, after) => {
        const sharing = many.flatMap((schedule) => [
          schedule,
          { ...schedule, startDate: many[0]?.startDate ?? schedule.startDate },
        ]);
        expect(nextDueDates(sharing, after)).toEqual(sharing.map((schedule) => nextDueDate(schedule, after)));
      }),
      { numRuns: 200 },
    );
  });

  it('many next due dates around the day Samoa skipped are what each is by itself', () => {
    const many = ['2011-12-20', '2011-12-28', '2011-12-29', '2011-12-30', '2011-12-31', '2012-01-01'].map((startDate) =>
      aSchedule({ startDate, timeZone: 'Pacific/Apia' }),
    );
    for (let after = at('2011-12-26T00:00Z'); after < at('2012-01-04T00:00Z'); after = plus(after, HOUR)) {
      expect(nextDueDates(many, after)).toEqual(many.map((schedule) => nextDueDate(schedule, after)));
    }
  });

  it('a due date that zone data moved by an hour is found again', () => {
    fc.assert(
      fc.property(schedules, instants, fc.integer({ min: -4, max: 4 }), (schedule, after, quarters) => {
        const due = nextDueDate(schedule, after);
        const span =
          schedule.selectedFrequency === 'Interval' || schedule.selectedFrequency === 'Hourly' ? 0 : quarters;
        const moved = plus(due, span * 15 * MINUTE);
        expect(nearestDueDate(schedule, moved, plus(due, -1))).toBe(due);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('three years of daily due dates in every zone', () => {
  it('strictly increase, one a day, never further apart than clocks are moved', () => {
    const wrong: string[] = [];
    let checked = 0;
    for (const [index, timeZone] of TIME_ZONE_NAMES.entries()) {
      const schedule = aSchedule({ startDate: '2025-01-01', syncHour: index % 24, timeZone });
      let due = startInstant(schedule);
      for (let day = 1; day <= 1_096; day += 1, checked += 1) {
        const next = nextDueDate(schedule, due);
        const length = next - due;
        if (next !== dueDateAt(schedule, day) || length < 22 * HOUR || length > 26 * HOUR)
          wrong.push(`${timeZone} ${toIso(next)}`);
        due = next;
      }
    }
    expect(wrong).toEqual([]);
    expect(checked).toBe(TIME_ZONE_NAMES.length * 1_096);
  });
});
