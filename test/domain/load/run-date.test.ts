import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND, plus } from '../../../src/domain/time/instant.js';
import { bookingsOf } from '../../../src/domain/load/bookings.js';
import { UNKNOWN_COST } from '../../../src/domain/load/expected-cost.js';
import { assignRunDates } from '../../../src/domain/load/run-date.js';
import { countBySlot, due, idle, many, midnight, quietFrom, regular, secondsLate } from './loads.js';

describe('a run date', () => {
  it('of a lone period on idle machines is its due date', () => {
    expect(assignRunDates([due('p')], idle, plus(midnight, -HOUR))).toEqual([
      { id: 'p', runDate: midnight, slot: midnight, reason: 'on_time' },
    ]);
  });

  it('of a due date within a slot is not at the beginning of the slot', () => {
    const [assigned] = assignRunDates([due('p', { dueDate: plus(midnight, 40 * SECOND) })], idle, midnight);
    expect(assigned).toEqual({ id: 'p', runDate: plus(midnight, 40 * SECOND), slot: midnight, reason: 'on_time' });
  });

  it('spreads equal due dates over a slot as its capacity is used', () => {
    const assigned = assignRunDates(many(7, 'a', { cost: 48 }), idle, midnight);
    expect(secondsLate(assigned)).toEqual([0, 7.5, 15, 22.5, 30, 37.5, 45]);
    expect(assigned.map(({ reason }) => reason)).toEqual(['on_time', ...Array<string>(6).fill('spread')]);
  });

  it('goes on where a slot was booked before', () => {
    const [assigned] = assignRunDates([due('p')], { ...idle, booked: regular(192) }, midnight);
    expect(assigned).toMatchObject({ runDate: plus(midnight, 30 * SECOND), reason: 'spread' });
  });

  it('is in the next slot with room when its own is full', () => {
    const [assigned] = assignRunDates([due('p')], { ...idle, booked: regular(384, 380) }, midnight);
    expect(assigned).toEqual({
      id: 'p',
      runDate: plus(midnight, 2 * MINUTE),
      slot: plus(midnight, 2 * MINUTE),
      reason: 'capacity',
    });
  });

  it('of a due date that has passed is now', () => {
    const now = plus(midnight, 3 * HOUR + 12 * SECOND);
    expect(assignRunDates([due('p')], idle, now)).toMatchObject([{ runDate: now, reason: 'catch_up' }]);
  });

  it('of a period whose next due date has passed too is now', () => {
    const now = plus(midnight, 3 * DAY);
    expect(assignRunDates([due('p')], idle, now)).toMatchObject([{ runDate: now, reason: 'catch_up' }]);
  });

  it('waits for the end of a quiet window', () => {
    const notBefore = plus(midnight, 6 * HOUR);
    expect(assignRunDates([due('p', { notBefore })], idle, midnight)).toMatchObject([
      { runDate: notBefore, reason: 'quiet_hours' },
    ]);
    expect(assignRunDates([due('p', { notBefore: midnight })], idle, midnight)).toMatchObject([{ reason: 'on_time' }]);
  });

  it('that load moves into quiet hours waits for their end, for that reason, and in the order of the others', () => {
    const quietHours = quietFrom(0, 6);
    const before = plus(midnight, -2 * MINUTE);
    const evening = many(30, 'a', { dueDate: before, cost: 60, quietHours });
    const assigned = assignRunDates(evening, idle, before);
    const quietEnd = plus(midnight, 6 * HOUR);
    expect(countBySlot(assigned)).toEqual([5, 5, 5, 5, 5, 5]);
    for (const { runDate } of assigned) expect(runDate < midnight || runDate >= quietEnd).toBe(true);
    const reasons = assigned.filter(({ runDate }) => runDate < plus(quietEnd, MINUTE)).map(({ reason }) => reason);
    expect(new Set(reasons)).toEqual(new Set(['on_time', 'spread', 'capacity', 'quiet_hours']));
    expect(assigned.at(-1)?.reason).toBe('capacity');
  });

  it('stays in quiet hours that last up to the next due date, where admission keeps them', () => {
    const quietHours = quietFrom(1, 6);
    const short = many(20, 'a', { cost: 60, nextDueDate: plus(midnight, 2 * HOUR), quietHours });
    const full = { ...idle, booked: regular(...Array<number>(60).fill(384)) };
    const assigned = assignRunDates(short, full, midnight);
    for (const { reason } of assigned) expect(reason).toBe('overload');
  });

  it('of a short interval stays before the next due date, even when a slot is fuller', () => {
    const minutely = many(60, 'a', { nextDueDate: plus(midnight, MINUTE), cost: 6 });
    const assigned = assignRunDates(minutely, idle, midnight);
    for (const { runDate } of assigned) expect(runDate).toBeLessThan(midnight + MINUTE);
  });

  it('of a short interval is found before those that can wait take the room', () => {
    const patient = many(200, 'a');
    const minutely = many(60, 'b', { nextDueDate: plus(midnight, MINUTE) });
    const assigned = assignRunDates([...patient, ...minutely], idle, midnight);
    expect(assigned.filter(({ reason }) => reason === 'overload')).toEqual([]);
  });

  it('of a period that takes longer than a slot is the first of enough slots with a place, of which it takes one in each', () => {
    const long = due('long', { cost: 1_000 });
    const [assigned] = assignRunDates([long], { ...idle, booked: regular(0, 300, 0, 280) }, midnight);
    expect(assigned).toMatchObject({ slot: midnight + 2 * MINUTE, reason: 'capacity' });
    const booked = bookingsOf([{ ...long, runDate: midnight }], idle);
    expect(booked.map(({ seconds }) => seconds)).toEqual([...Array<number>(16).fill(60), 40]);
    const others = assignRunDates(many(100, 'b', { cost: 10 }), { ...idle, booked }, midnight);
    // 345.6 s a slot for regular work: 28 of them beside it.
    expect(countBySlot(others)).toEqual([28, 28, 28, 16]);
  });

  it('of unknown cost counts as a few seconds', () => {
    const odd = [Number.NaN, 0, -1, Number.POSITIVE_INFINITY].map((cost, n) => due(`p${n}`, { cost }));
    const assigned = assignRunDates(odd, { ...idle, capacity: UNKNOWN_COST * 8 }, midnight);
    expect(secondsLate(assigned)).toEqual([0, 7.5, 15, 22.5]);
  });

  it('is spread evenly over all slots when none has room, and says so', () => {
    const hourly = many(600, 'a', { nextDueDate: plus(midnight, HOUR), cost: 54 });
    const assigned = assignRunDates(hourly, { ...idle, capacity: 60 }, midnight);
    expect(assigned.filter(({ reason }) => reason === 'overload')).toHaveLength(540);
    expect(countBySlot(assigned)).toEqual(Array<number>(60).fill(10));
  });

  it('is spread evenly when no worker is there at all', () => {
    const assigned = assignRunDates(many(100, 'a'), { ...idle, capacity: 0 }, midnight);
    expect(new Set(assigned.map(({ reason }) => reason))).toEqual(new Set(['overload']));
    expect(new Set(assigned.map(({ slot }) => slot)).size).toBe(100);
  });
});
