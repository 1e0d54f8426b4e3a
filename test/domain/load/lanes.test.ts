import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND, plus } from '../../../src/domain/time/instant.js';
import { BACKFILL_SHARE, laneCapacity } from '../../../src/domain/load/lane.js';
import { assignRunDates } from '../../../src/domain/load/run-date.js';
import { backfills, countBySlot, due, idle, many, midnight, regular, secondsLate } from './loads.js';

/** A slot of 100 seconds holds 90 of regular work and 50 of backfills. */
const hundred = { ...idle, capacity: 100 };
const backfill = { lane: 'backfill' } as const;
const inAnHour = { nextDueDate: plus(midnight, HOUR) };

describe('the backfill lane', () => {
  it('has its least and its most of a slot', () => {
    expect(BACKFILL_SHARE).toEqual({ least: 0.1, most: 0.5 });
    expect([laneCapacity('regular', 100), laneCapacity('backfill', 100)]).toEqual([90, 50]);
  });

  it('takes no more than half of a slot, and names that as the reason', () => {
    const assigned = assignRunDates(many(15, 'a', { ...backfill, cost: 10 }), hundred, midnight);
    expect(countBySlot(assigned)).toEqual([5, 5, 5]);
    expect(assigned.slice(5).map(({ reason }) => reason)).toEqual(Array<string>(10).fill('backfill_share'));
  });

  it('names the capacity where other work is in the way', () => {
    const [assigned] = assignRunDates([due('p', backfill)], { ...hundred, booked: regular(98) }, midnight);
    expect(assigned).toMatchObject({ slot: midnight + MINUTE, reason: 'capacity' });
  });

  it('finds what is kept for it, however much regular work there is', () => {
    const assigned = assignRunDates(
      [...many(200, 'a', { cost: 10 }), due('p', { ...backfill, cost: 10 })],
      hundred,
      midnight,
    );
    expect(assigned.find(({ id }) => id === 'p')).toMatchObject({ slot: midnight, reason: 'spread' });
  });

  it('leaves regular work the slots in which it has little', () => {
    const assigned = assignRunDates(many(10, 'a', { cost: 10 }), { ...hundred, booked: backfills(50, 0) }, midnight);
    expect(countBySlot(assigned)).toEqual([5, 5]);
    expect(assigned.at(-1)?.reason).toBe('capacity');
  });

  it('gives what it does not use to regular work that would find no room in time', () => {
    const [last] = assignRunDates(
      [due('p', { nextDueDate: plus(midnight, MINUTE) })],
      { ...hundred, booked: regular(90) },
      midnight,
    );
    expect(last).toMatchObject({ slot: midnight, reason: 'spread', runDate: midnight + 54 * SECOND });
    const [patient] = assignRunDates([due('p')], { ...hundred, booked: regular(90) }, midnight);
    expect(patient).toMatchObject({ slot: midnight + MINUTE, reason: 'capacity' });
  });

  it('comes before regular work in what is kept for it, and regular work has the rest', () => {
    const due = [
      ...many(12, 'a', { nextDueDate: plus(midnight, MINUTE), cost: 10 }),
      ...many(1, 'b', { ...backfill, cost: 5 }),
    ];
    const reasons = new Map(
      assignRunDates(due, { ...hundred, capacity: 106 }, midnight).map(({ id, reason }) => [id, reason]),
    );
    expect(reasons.get('b0')).not.toBe('overload');
    expect([...reasons.values()].filter((reason) => reason === 'overload')).toHaveLength(2);
  });

  it('spreads evenly what finds no room in time, and takes nothing more from regular work', () => {
    const all = many(600, 'a', { ...backfill, ...inAnHour, cost: 50 });
    const assigned = assignRunDates(all, hundred, midnight);
    expect(countBySlot(assigned)).toEqual(Array<number>(60).fill(10));
    expect(assigned.filter(({ reason }) => reason === 'overload')).toHaveLength(540);
    const booked = backfills(...Array<number>(60).fill(500));
    const regularWork = assignRunDates(many(5, 'b', { cost: 10 }), { ...hundred, booked }, midnight);
    expect(secondsLate(regularWork)).toEqual([30, 36, 42, 48, 54]);
  });

  it('lets a backfill longer than its part of a slot go on in the next ones', () => {
    const long = due('long', { ...backfill, cost: 120 });
    const assigned = assignRunDates([long, ...many(30, 'b', { cost: 10 })], hundred, midnight);
    expect(assigned.find(({ id }) => id === 'long')).toMatchObject({ slot: midnight + 3 * MINUTE });
    expect(countBySlot(assigned.filter(({ id }) => id !== 'long'))).toEqual([9, 9, 9, 3]);
    const [after] = assignRunDates([due('p', backfill)], { ...hundred, booked: backfills(50, 50, 20) }, midnight);
    expect(after).toMatchObject({ slot: midnight + 2 * MINUTE, reason: 'backfill_share' });
  });
});
