import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { fairOrder } from '../../../src/domain/load/fair-order.js';
import { DAY, HOUR, MINUTE, SECOND, instantOf, plus } from '../../../src/domain/time/instant.js';
import type { Instant } from '../../../src/domain/time/instant.js';
import { UNKNOWN_COST, assignRunDates } from '../../../src/domain/load/run-date.js';
import type { DuePeriod, LoadCurve, RunAssignment } from '../../../src/domain/load/run-date.js';
import { SlotRooms } from '../../../src/domain/load/slot-rooms.js';
import { at } from '../schedule/schedules.js';

const midnight = at('2026-11-22T00:00Z');
const idle: LoadCurve = { slotLength: MINUTE, capacity: 384, booked: new Map() };

const due = (id: string, more: Partial<DuePeriod> = {}): DuePeriod => ({
  id,
  clientId: 'a',
  dueDate: midnight,
  nextDueDate: plus(midnight, DAY),
  cost: 5,
  ...more,
});

const many = (count: number, clientId: string, more: Partial<DuePeriod> = {}): DuePeriod[] =>
  Array.from({ length: count }, (_, n) => due(`${clientId}${n}`, { clientId, ...more }));

const secondsLate = (assignments: readonly RunAssignment[]) =>
  assignments.map(({ runDate }) => (runDate - midnight) / SECOND);

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
    const assigned = assignRunDates(many(8, 'a', { cost: 48 }), idle, midnight);
    expect(secondsLate(assigned)).toEqual([0, 7.5, 15, 22.5, 30, 37.5, 45, 52.5]);
    expect(assigned.map(({ reason }) => reason)).toEqual(['on_time', ...Array<string>(7).fill('spread')]);
  });

  it('goes on where a slot was booked before', () => {
    const [assigned] = assignRunDates([due('p')], { ...idle, booked: new Map([[midnight, 192]]) }, midnight);
    expect(assigned).toMatchObject({ runDate: plus(midnight, 30 * SECOND), reason: 'spread' });
  });

  it('is in the next slot with room when its own is full', () => {
    const booked = new Map([
      [midnight, 384],
      [midnight + MINUTE, 380],
    ]);
    const [assigned] = assignRunDates([due('p')], { ...idle, booked }, midnight);
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

  it('of a period that takes longer than a slot is the first of enough free slots, which it occupies', () => {
    const booked = new Map([[midnight + MINUTE, 10]]);
    const long = due('long', { cost: 1_000 });
    const [assigned] = assignRunDates([long], { ...idle, booked }, midnight);
    expect(assigned).toMatchObject({ slot: midnight + 2 * MINUTE, reason: 'capacity' });
    const both = assignRunDates([long, ...many(300, 'b')], idle, midnight);
    const rest = both.filter(({ id }) => id !== 'long');
    const start = both.find(({ id }) => id === 'long')?.slot ?? midnight;
    const during = rest.filter(({ slot }) => slot === start + MINUTE);
    expect(during).toEqual([]);
  });

  it('of unknown cost counts as a few seconds', () => {
    const odd = [Number.NaN, 0, -1, Number.POSITIVE_INFINITY].map((cost, n) => due(`p${n}`, { cost }));
    const assigned = assignRunDates(odd, { ...idle, capacity: UNKNOWN_COST * 4 }, midnight);
    expect(secondsLate(assigned)).toEqual([0, 15, 30, 45]);
  });

  it('is spread evenly over all slots when none has room, and says so', () => {
    const hourly = many(600, 'a', { nextDueDate: plus(midnight, HOUR), cost: 60 });
    const assigned = assignRunDates(hourly, { ...idle, capacity: 60 }, midnight);
    expect(assigned.filter(({ reason }) => reason === 'overload')).toHaveLength(540);
    const perSlot = [...Map.groupBy(assigned, ({ slot }) => slot).values()].map((group) => group.length);
    expect(new Set(perSlot)).toEqual(new Set([10]));
    expect(perSlot).toHaveLength(60);
  });

  it('is spread evenly when no worker is there at all', () => {
    const assigned = assignRunDates(many(100, 'a'), { ...idle, capacity: 0 }, midnight);
    expect(new Set(assigned.map(({ reason }) => reason))).toEqual(new Set(['overload']));
    expect(new Set(assigned.map(({ slot }) => slot)).size).toBe(100);
  });
});

const periods = fc
  .array(
    fc.record({
      client: fc.integer({ min: 0, max: 6 }),
      due: fc.oneof(fc.constant(0), fc.integer({ min: -90, max: 40 })),
      window: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 5, max: 120 })),
      cost: fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: 1, max: 60 }) },
        { weight: 1, arbitrary: fc.integer({ min: 61, max: 400 }) },
      ),
      second: fc.constantFrom(0, 0, 0, 17, 43),
    }),
    { maxLength: 120 },
  )
  .map((all) =>
    all.map(({ client, due: minute, window, cost, second }, n): DuePeriod => {
      const dueDate = instantOf(midnight + minute * MINUTE + second * SECOND);
      return { id: `p${n}`, clientId: `c${client}`, dueDate, nextDueDate: plus(dueDate, window * MINUTE), cost };
    }),
  );

const loads = fc
  .record({
    capacity: fc.integer({ min: 20, max: 300 }),
    booked: fc.array(fc.tuple(fc.integer({ min: -5, max: 90 }), fc.integer({ min: 0, max: 300 }))),
  })
  .map(({ capacity, booked }) => ({
    slotLength: MINUTE,
    capacity,
    booked: new Map(booked.map(([slot, seconds]) => [midnight + slot * MINUTE, Math.min(seconds, capacity)])),
  }));

const nows = fc.integer({ min: -30, max: 30 }).map((minute) => plus(midnight, minute * MINUTE + 13 * SECOND));
const scenario = [periods, loads, nows] as const;

/** Where a period may run, as slots. */
function slotsOf(period: DuePeriod, now: Instant): number[] {
  const begin = Math.max(period.dueDate, now);
  const end = period.nextDueDate > begin ? period.nextDueDate : begin + (period.nextDueDate - period.dueDate);
  const slots: number[] = [];
  for (let slot = Math.floor(begin / MINUTE) * MINUTE; slot < end; slot += MINUTE) slots.push(slot);
  return slots;
}

/** Seconds of work by slot: what was booked, what was assigned with room and, if asked for, without. */
function usedBySlot(
  due: readonly DuePeriod[],
  load: LoadCurve,
  { assigned, overload }: { readonly assigned: readonly RunAssignment[]; readonly overload: boolean },
): Map<number, number> {
  const used = new Map(load.booked);
  for (const { id, slot, reason } of assigned) {
    if (reason === 'overload' && !overload) continue;
    const cost = due.find((period) => period.id === id)?.cost ?? 0;
    // Work without room is put into one slot whole; other work occupies as many as it needs.
    const part = reason === 'overload' ? cost : load.capacity;
    for (let rest = cost, to: number = slot; rest > 0; rest -= part, to += MINUTE) {
      used.set(to, (used.get(to) ?? 0) + Math.min(rest, part));
    }
  }
  return used;
}

describe('run dates, whatever is due', () => {
  it('are never before the due date or now, and each period has one, in its slot', () => {
    fc.assert(
      fc.property(...scenario, (due, load, now) => {
        const assigned = assignRunDates(due, load, now);
        expect(assigned.map(({ id }) => id).toSorted()).toEqual(due.map(({ id }) => id).toSorted());
        for (const { id, runDate, slot } of assigned) {
          const period = due.find((candidate) => candidate.id === id);
          expect(runDate).toBeGreaterThanOrEqual(Math.max(period?.dueDate ?? Infinity, now));
          expect(runDate - (runDate % MINUTE)).toBe(slot);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('are never over capacity, unless no slot in time has room', () => {
    fc.assert(
      fc.property(...scenario, (due, load, now) => {
        const assigned = assignRunDates(due, load, now);
        const withRoom = usedBySlot(due, load, { assigned, overload: false });
        for (const seconds of withRoom.values()) expect(seconds).toBeLessThanOrEqual(load.capacity);
        const used = usedBySlot(due, load, { assigned, overload: true });
        for (const { id, reason } of assigned) {
          const period = due.find((candidate) => candidate.id === id);
          if (period === undefined || reason !== 'overload' || period.cost > load.capacity) continue;
          // Slots only fill up, so one with room in the end had it before.
          for (const slot of slotsOf(period, now))
            expect((used.get(slot) ?? 0) + period.cost).toBeGreaterThan(load.capacity);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('are before the next due date, or within the same time from now when that has passed', () => {
    fc.assert(
      fc.property(...scenario, (due, load, now) => {
        for (const { id, runDate } of assignRunDates(due, load, now)) {
          const period = due.find((candidate) => candidate.id === id);
          if (period === undefined) continue;
          const window = period.nextDueDate - period.dueDate;
          expect(runDate).toBeLessThan(period.nextDueDate > now ? period.nextDueDate : now + window);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('do not depend on the order of the input', () => {
    const shuffled = periods.chain((due) =>
      fc.tuple(fc.constant(due), fc.shuffledSubarray(due, { minLength: due.length, maxLength: due.length })),
    );
    fc.assert(
      fc.property(shuffled, loads, nows, ([due, again], load, now) => {
        expect(assignRunDates(again, load, now)).toEqual(assignRunDates(due, load, now));
      }),
      { numRuns: 300 },
    );
  });

  it('take the earliest slot with room: a lone period finds exactly that', () => {
    fc.assert(
      fc.property(...scenario, (due, load, now) => {
        for (const period of due.filter(({ cost }) => cost <= load.capacity)) {
          const room = slotsOf(period, now).find((slot) => (load.booked.get(slot) ?? 0) + period.cost <= load.capacity);
          const [assigned] = assignRunDates([period], load, now);
          expect(assigned?.reason === 'overload' ? undefined : assigned?.slot).toBe(room);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('fairness', () => {
  it('lets a small client not wait behind a large one', () => {
    const assigned = assignRunDates([...many(5_000, 'large'), ...many(10, 'small')], idle, midnight);
    const small = assigned.filter(({ id }) => id.startsWith('small'));
    expect(Math.max(...secondsLate(small))).toBeLessThan(60);
  });

  it('lets clients of one size take turns', () => {
    const ordered = fairOrder([...many(20, 'a'), ...many(20, 'b'), ...many(20, 'c')]);
    for (let n = 1; n <= 20; n += 1) {
      const counts = Map.groupBy(ordered.slice(0, 3 * n), ({ clientId }) => clientId);
      for (const group of counts.values()) expect(Math.abs(group.length - n)).toBeLessThanOrEqual(2);
    }
  });

  it('lets a large client begin before all smaller ones are done', () => {
    const smaller = Array.from({ length: 100 }, (_, n) => many(10, `s${n}-`)).flat();
    const ordered = fairOrder([...many(2_000, 'large'), ...smaller]);
    const before = ordered.slice(0, 1_000).filter(({ clientId }) => clientId === 'large');
    expect(before.length).toBeGreaterThan(0);
  });

  it('has nobody done later than by taking turns, but for the twentieth given by turns', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 12 }), (sizes) => {
        const claims = sizes.flatMap((size, n) => many(size, `c${n}-`, { cost: 1 }));
        const ordered = fairOrder(claims);
        for (const [n, size] of sizes.entries()) {
          const done = ordered.findLastIndex(({ clientId }) => clientId === `c${n}-`) + 1;
          const byTurns = sizes.reduce((sum, other) => sum + Math.min(other, size), 0);
          expect(done).toBeLessThanOrEqual(Math.ceil((byTurns * 20) / 19) + sizes.length);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('lets a client of greater weight be done as if it were smaller', () => {
    const ordered = fairOrder([...many(100, 'a'), ...many(200, 'b', { weight: 3 })]);
    const done = (client: string) => ordered.findLastIndex(({ clientId }) => clientId === client);
    expect(done('b')).toBeLessThan(done('a'));
  });
});

describe('the rooms of slots', () => {
  it('are found as a scan would find them', () => {
    const steps = fc.array(
      fc.record({
        from: fc.integer({ min: 0, max: 3_000 }),
        length: fc.integer({ min: 1, max: 3_000 }),
        need: fc.integer({ min: 1, max: 10 }),
      }),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(steps, (all) => {
        const rooms = new SlotRooms(10);
        const scan = Array<number>(7_000).fill(10);
        for (const { from, length, need } of all) {
          const before = from + length;
          const first = scan.findIndex((room, slot) => slot >= from && slot < before && room >= need);
          expect(rooms.firstWithRoom(from, before, need)).toBe(first === -1 ? undefined : first);
          const most = scan.slice(from, before).reduce((max, room) => Math.max(max, room), -Infinity);
          const fullest = from + scan.slice(from, before).indexOf(most);
          expect(rooms.withMostRoom(from, before)).toBe(fullest);
          const slot = first === -1 ? fullest : first;
          rooms.take(slot, need * 3);
          scan[slot] = (scan[slot] ?? 0) - need * 3;
          expect(rooms.room(slot)).toBe(scan[slot]);
        }
      }),
      { numRuns: 200 },
    );
  });
});
