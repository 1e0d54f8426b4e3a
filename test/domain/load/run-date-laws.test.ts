import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../src/domain/time/instant.js';
import { bookingsOf } from '../../../src/domain/load/bookings.js';
import { laneCapacity } from '../../../src/domain/load/lane.js';
import { assignRunDates, type RunAssignment } from '../../../src/domain/load/run-date.js';
import type { DuePeriod } from '../../../src/domain/load/run-claim.js';
import { loads, nows, periods, windowOf } from './load-scenarios.js';
import { SlotTally, slotsOf, tallyOf } from './slot-tally.js';

const scenario = [periods, loads, nows] as const;

const inRoom = (assigned: readonly RunAssignment[]) => assigned.filter(({ reason }) => reason !== 'overload');

/** A period with what was assigned to it. */
function pairs(due: readonly DuePeriod[], assigned: readonly RunAssignment[]): [DuePeriod, RunAssignment][] {
  const byId = new Map(due.map((period) => [period.id, period]));
  return assigned.flatMap((one) =>
    [byId.get(one.id) ?? []].flat().map((period): [DuePeriod, RunAssignment] => [period, one]),
  );
}

/** Lanes, slots and limits of what was placed where there was room, on top of what had been booked. */
function expectNothingPassed(before: SlotTally, after: SlotTally, due: readonly DuePeriod[]): void {
  const limits = new Map(due.flatMap((period) => period.limits).map((limit) => [limit.key, limit]));
  const most = (slot: number, what: string, room: number) => Math.max(room, before.of(slot, what)) + 1e-6;
  for (const slot of after.slots()) {
    expect(after.total(slot)).toBeLessThanOrEqual(Math.max(before.total(slot), after.capacity) + 1e-6);
    expect(after.of(slot, 'backfill')).toBeLessThanOrEqual(most(slot, 'backfill', after.laneMost('backfill')));
    for (const limit of limits.values()) {
      expect(after.of(slot, limit.key)).toBeLessThanOrEqual(most(slot, limit.key, limit.most * 60));
    }
  }
}

describe('run dates, whatever is due', () => {
  it('are never before the due date, now or the end of a quiet window, before the deadline, and one for each period', () => {
    fc.assert(
      fc.property(...scenario, (due, load, now) => {
        const assigned = assignRunDates(due, load, now);
        expect(assigned.map(({ id }) => id).toSorted()).toEqual(due.map(({ id }) => id).toSorted());
        for (const [period, { runDate, slot }] of pairs(due, assigned)) {
          const { begin, deadline } = windowOf(period, now);
          expect(runDate).toBeGreaterThanOrEqual(begin);
          expect(runDate).toBeLessThan(deadline);
          expect(runDate - (runDate % MINUTE)).toBe(slot);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('pass neither the capacity of a slot, nor the share of backfills, nor a limit, unless for overload', () => {
    fc.assert(
      fc.property(...scenario, (due, load, now) => {
        const assigned = inRoom(assignRunDates(due, load, now));
        expectNothingPassed(tallyOf(load, [], []), tallyOf(load, due, assigned), due);
      }),
      { numRuns: 1_000 },
    );
  });

  it('are overload only where no slot in time has room', () => {
    fc.assert(
      fc.property(...scenario, (due, load, now) => {
        const assigned = assignRunDates(due, load, now);
        const tally = tallyOf(load, due, assigned);
        for (const [period, { reason }] of pairs(due, assigned)) {
          if (reason !== 'overload' || period.cost > Math.min(60, laneCapacity(period.lane, load.capacity))) continue;
          // Slots only fill up, so one with room in the end had it before.
          expect(slotsOf(period, now).filter((slot) => tally.hasRoom(slot, period, true))).toEqual([]);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('take the earliest slot with room: a lone period finds exactly that, and what was full before it', () => {
    fc.assert(
      fc.property(...scenario, (due, load, now) => {
        const tally = tallyOf(load, [], []);
        for (const period of due) {
          if (period.cost > Math.min(60, laneCapacity(period.lane, load.capacity))) continue;
          const slots = slotsOf(period, now);
          const slot =
            slots.find((each) => tally.hasRoom(each, period, false)) ??
            slots.find((each) => tally.hasRoom(each, period, true));
          const [assigned] = assignRunDates([period], load, now);
          expect(assigned?.reason === 'overload' ? undefined : assigned?.slot).toBe(slot);
          if (slot === undefined || slot === slots[0]) continue;
          expect(assigned?.reason).toBe(fullBefore(slot, period, tally));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('do not depend on the order of the input, nor of limits and bookings', () => {
    const shuffled = <T>(all: readonly T[]) =>
      fc.shuffledSubarray([...all], { minLength: all.length, maxLength: all.length });
    const again = fc
      .tuple(periods, loads)
      .chain(([due, load]) => fc.tuple(fc.constant({ due, load }), shuffled(due), shuffled(load.booked)));
    fc.assert(
      fc.property(again, nows, ([{ due, load }, other, booked], now) => {
        const turned = other.map((period) => ({ ...period, limits: period.limits.toReversed() }));
        expect(assignRunDates(turned, { ...load, booked }, now)).toEqual(assignRunDates(due, load, now));
      }),
      { numRuns: 300 },
    );
  });

  it('keep to all of this when they are given in several ticks, each with what the ones before have booked', () => {
    fc.assert(
      fc.property(...scenario, fc.integer({ min: 1, max: 40 }), (due, load, now, size) => {
        const placed: RunAssignment[] = [];
        const booked = [...load.booked];
        for (let from = 0; from < due.length; from += size) {
          const tick = due.slice(from, from + size);
          const assigned = inRoom(assignRunDates(tick, { ...load, booked }, now));
          placed.push(...assigned);
          const planned = pairs(tick, assigned).map(([period, { runDate }]) => Object.assign({}, period, { runDate }));
          booked.push(...bookingsOf(planned, load));
        }
        expectNothingPassed(tallyOf(load, [], []), tallyOf(load, due, placed), due);
      }),
      { numRuns: 500 },
    );
  });
});

/** What was full in the slot before, the most particular of several. */
function fullBefore(slot: number, period: DuePeriod, tally: SlotTally): string {
  const before = slot - MINUTE;
  for (const kind of ['connection', 'client', 'source']) {
    const limit = period.limits.find((each) => each.kind === kind);
    if (limit && tally.of(before, limit.key) + period.cost > limit.most * 60) return `${kind}_limit`;
  }
  const share = period.lane === 'backfill' && tally.total(before) + period.cost <= tally.capacity;
  return share ? 'backfill_share' : 'capacity';
}

describe('work without room', () => {
  it.each(['regular', 'backfill', 'limited'])('is spread evenly over its slots: %s', (kind) => {
    const [count, window] = [fc.integer({ min: 1, max: 400 }), fc.integer({ min: 2, max: 40 })];
    fc.assert(
      fc.property(count, window, fc.integer({ min: 1, max: 24 }), nows, (size, minutes, cost, now) => {
        const begin = now - (now % MINUTE);
        const due = Array.from({ length: size }, (_, n): DuePeriod => ({
          id: `p${n}`,
          clientId: 'c',
          dueDate: begin as DuePeriod['dueDate'],
          nextDueDate: (begin + minutes * MINUTE) as DuePeriod['dueDate'],
          cost,
          lane: kind === 'backfill' ? 'backfill' : 'regular',
          limits: kind === 'limited' ? [{ key: 'k', kind: 'client', most: 1 }] : [],
        }));
        const capacity = kind === 'limited' ? 10_000 : 48;
        const assigned = assignRunDates(
          due,
          { slotLength: MINUTE, capacity, booked: [] },
          begin as DuePeriod['dueDate'],
        );
        const counts = Map.groupBy(assigned, ({ slot }) => slot);
        if (inRoom(assigned).length === size) return;
        expect(counts.size).toBe(minutes);
        const sizes = [...counts.values()].map((group) => group.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });
});
