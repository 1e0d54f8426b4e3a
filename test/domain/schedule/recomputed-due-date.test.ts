import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { dueDateAt, nextDueDate } from '../../../src/domain/schedule/due-date.js';
import { recomputedDueDate } from '../../../src/domain/schedule/recomputed-due-date.js';
import { DAY, HOUR, instant, plus, toIso } from '../../../src/domain/time/instant.js';
import { TIME_ZONE_NAMES } from '../../../src/domain/time/time-zones.js';
import { aSchedule } from './schedules.js';

const daily = (fields: { readonly startDate: string; readonly timeZone: string }) => aSchedule(fields);
const anySchedule = fc
  .record({
    selectedFrequency: fc.constantFrom('Hourly', 'Daily', 'Weekly', 'Monthly'),
    startDate: fc.constantFrom('2000-02-29', '2011-12-28', '2022-05-31', '2026-10-25'),
    syncHour: fc.integer({ min: 0, max: 23 }),
    timeZone: fc.constantFrom(...TIME_ZONE_NAMES),
  })
  .map((fields) => aSchedule({ ...fields, frequencyOptions: ['Hourly', 'Daily', 'Weekly', 'Monthly'] }));

/** What each release changed at short notice: the same date and hour before and after it. */
const changes = [
  {
    release: '2023c',
    zone: 'Asia/Beirut',
    date: '2023-03-27',
    before: '2023-03-26T22:00Z',
    after: '2023-03-26T21:00Z',
  },
  {
    release: '2023c',
    zone: 'Africa/Cairo',
    date: '2023-05-01',
    before: '2023-04-30T22:00Z',
    after: '2023-04-30T21:00Z',
  },
  { release: '2022f', zone: 'Asia/Amman', date: '2022-11-01', before: '2022-10-31T22:00Z', after: '2022-10-31T21:00Z' },
  {
    release: '2022f',
    zone: 'Asia/Damascus',
    date: '2022-11-01',
    before: '2022-10-31T22:00Z',
    after: '2022-10-31T21:00Z',
  },
  {
    release: '2022f',
    zone: 'America/Chihuahua',
    date: '2022-11-01',
    before: '2022-11-01T07:00Z',
    after: '2022-11-01T06:00Z',
  },
  {
    release: '2024a',
    zone: 'Asia/Almaty',
    date: '2024-03-02',
    before: '2024-03-01T18:00Z',
    after: '2024-03-01T19:00Z',
  },
  {
    release: '2025a',
    zone: 'America/Asuncion',
    date: '2025-07-01',
    before: '2025-07-01T04:00Z',
    after: '2025-07-01T03:00Z',
  },
];

describe('a due date that other time zone data gave', () => {
  it.each(changes)('moves with $release in $zone', ({ zone, date, before, after }) => {
    const schedule = daily({ startDate: '2022-01-01', timeZone: zone });
    const dueDate = instant(before);
    const moved = recomputedDueDate({ schedule, start: plus(dueDate, -DAY), dueDate, isOfChain: true });
    expect([date, toIso(moved.dueDate)]).toEqual([date, toIso(instant(after))]);
    expect(moved.nextDueDate).toBe(nextDueDate(schedule, instant(after)));
  });

  it('of what was asked for by hand stays, and what that has put aside moves', () => {
    const schedule = daily({ startDate: '2022-01-01', timeZone: 'Asia/Beirut' });
    const [start, dueDate] = [instant('2023-03-25T22:00Z'), instant('2023-03-26T10:17Z')];
    const waiting = { schedule, start, dueDate, isOfChain: false, heldDueDate: instant('2023-03-26T22:00Z') };
    const { heldDueDate, ...rest } = recomputedDueDate(waiting);
    expect(rest.dueDate).toBe(dueDate);
    expect(heldDueDate).toBe(instant('2023-03-26T21:00Z'));
  });

  it('never moves to the start of its period, which is where something has succeeded', () => {
    const schedule = daily({ startDate: '2022-01-01', timeZone: 'Asia/Beirut' });
    // It succeeded up to what is the due date now, so the same date has no other one left.
    const start = instant('2023-03-26T21:00Z');
    const moved = recomputedDueDate({ schedule, start, dueDate: instant('2023-03-26T22:00Z'), isOfChain: true });
    expect(toIso(moved.dueDate)).toBe('2023-03-27T21:00:00.000Z');
  });

  test.prop([anySchedule, fc.integer({ min: 1, max: 500 }), fc.integer({ min: -3 * HOUR, max: 3 * HOUR })])(
    'is again one of the schedule, after the start of its period; with the same data it is the same',
    (schedule, step, shift) => {
      const [start, dueDate] = [dueDateAt(schedule, step - 1), dueDateAt(schedule, step)];
      // Dates that a zone skipped share an instant: such a period is not made.
      fc.pre(start < dueDate);
      const same = recomputedDueDate({ schedule, start, dueDate, isOfChain: true });
      expect(same.dueDate).toBe(dueDate);
      const moved = recomputedDueDate({ schedule, start, dueDate: plus(dueDate, shift), isOfChain: true });
      expect(moved.dueDate).toBeGreaterThan(start);
      expect(nextDueDate(schedule, plus(moved.dueDate, -1))).toBe(moved.dueDate);
      expect(moved.nextDueDate).toBeGreaterThan(moved.dueDate);
    },
  );
});
