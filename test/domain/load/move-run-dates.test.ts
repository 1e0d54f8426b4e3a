import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND, plus, type Instant } from '../../../src/domain/time/instant.js';
import { bookingsOf } from '../../../src/domain/load/bookings.js';
import { moveRunDates, type PlannedRun } from '../../../src/domain/load/move-run-dates.js';
import type { DuePeriod } from '../../../src/domain/load/run-claim.js';
import { assignRunDates, type RunAssignment } from '../../../src/domain/load/run-date.js';
import { loads, nows, periods } from './load-scenarios.js';
import { countBySlot, due, idle, limitOf, many, midnight, quietFrom } from './loads.js';
import { SlotTally } from './slot-tally.js';

const before = plus(midnight, -5 * MINUTE);
const byId = <T extends { readonly id: string }>(all: readonly T[]) => new Map(all.map((one) => [one.id, one]));

/** What has been planned for some periods, at a capacity. */
function plannedAt(capacity: number, all: readonly DuePeriod[], now = before): PlannedRun[] {
  const assigned = byId(assignRunDates(all, { ...idle, capacity }, now));
  return all.map((period) => ({ ...period, runDate: assigned.get(period.id)?.runDate ?? midnight }));
}

/** Moves what is planned when only so much capacity is left. */
const movedTo = (capacity: number, planned: readonly PlannedRun[], now = before) =>
  moveRunDates(planned, { ...idle, capacity, booked: bookingsOf(planned, { ...idle, capacity }) }, now);

const after = (planned: readonly PlannedRun[], moves: readonly RunAssignment[]): PlannedRun[] => {
  const to = byId(moves);
  return planned.map((run) => ({ ...run, runDate: to.get(run.id)?.runDate ?? run.runDate }));
};

const slotOf = ({ runDate }: { readonly runDate: number }) => runDate - (runDate % MINUTE);
const slots = (runs: readonly PlannedRun[]) =>
  countBySlot(runs.map((run) => ({ ...run, slot: plus(midnight, slotOf(run) - midnight) })));

describe('run dates, when capacity has dropped', () => {
  it('stay where slots still hold what they have been given', () => {
    const planned = plannedAt(100, many(20, 'a'));
    expect(slots(planned)).toEqual([18, 2]);
    expect(movedTo(90, planned)).toEqual([]);
  });

  it('move to the next slots with room as far as need be, for that reason, and the others stay exactly', () => {
    const planned = plannedAt(100, many(36, 'a'));
    const moves = movedTo(50, planned);
    expect(new Set(moves.map(({ reason }) => reason))).toEqual(new Set(['capacity_dropped']));
    expect(slots(planned)).toEqual([18, 18]);
    expect(slots(after(planned, moves))).toEqual([10, 10, 9, 7]);
    expect(moves).toHaveLength(16);
  });

  it('do not move out of the slot that has begun', () => {
    const planned = plannedAt(100, many(36, 'a'));
    const moves = movedTo(50, planned, plus(midnight, 10 * SECOND));
    expect(slots(after(planned, moves)).slice(0, 2)).toEqual([18, 10]);
  });

  it('stay where no later slot before the next due date has room', () => {
    const planned = plannedAt(100, many(40, 'a', { nextDueDate: plus(midnight, 2 * MINUTE) }));
    expect(movedTo(50, planned)).toEqual([]);
  });

  it('move past the quiet hours of their client, and stay where these last to the next due date', () => {
    const quietHours = quietFrom(0, 6);
    const evening = plus(midnight, -MINUTE);
    const quietUntilDawn = (nextDueDate: Instant): PlannedRun[] =>
      many(20, 'a', { dueDate: evening, nextDueDate, quietHours }).map((period) =>
        Object.assign(period, { runDate: evening }),
      );
    const moves = movedTo(50, quietUntilDawn(plus(evening, DAY)), plus(evening, -5 * MINUTE));
    expect(moves).toHaveLength(10);
    for (const { runDate } of moves) expect(runDate).toBeGreaterThanOrEqual(plus(midnight, 6 * HOUR));
    expect(movedTo(50, quietUntilDawn(plus(midnight, 6 * HOUR)), plus(evening, -5 * MINUTE))).toEqual([]);
  });

  it('stay when no worker is left', () => {
    expect(movedTo(0, plannedAt(100, many(36, 'a')))).toEqual([]);
  });

  it('of backfills move before those of regular work, but for what is kept for them', () => {
    const planned = plannedAt(100, [...many(5, 'a', { cost: 10 }), ...many(5, 'b', { cost: 10, lane: 'backfill' })]);
    expect(slots(planned)).toEqual([10]);
    const moved = movedTo(60, planned).map(({ id }) => id[0]);
    expect(moved).toEqual(['b', 'b', 'b', 'b']);
  });

  it('of a small client stay, and those of the large one move', () => {
    const planned = plannedAt(400, [...many(60, 'large'), ...many(6, 'small')]);
    const moved = movedTo(100, planned).map(({ id }) => id);
    expect(moved.filter((id) => id.startsWith('small'))).toEqual([]);
    expect(moved).toHaveLength(46);
  });

  it('move to where their limits have room', () => {
    const limited = { limits: [limitOf('client', 1)] };
    const planned = plannedAt(100, [...many(12, 'a', { ...limited }), ...many(6, 'b')]);
    const moves = movedTo(60, planned);
    const perSlot = Map.groupBy(
      after(planned, moves).filter(({ clientId }) => clientId === 'a'),
      slotOf,
    );
    for (const group of perSlot.values()) expect(group.length).toBeLessThanOrEqual(12);
    expect(moves.length).toBeGreaterThan(0);
  });

  it('of a long run move to where enough slots are free', () => {
    const planned: PlannedRun[] = [
      { ...due('long', { cost: 180 }), runDate: plus(midnight, MINUTE) },
      { ...due('other', { cost: 50 }), runDate: plus(midnight, 3 * MINUTE) },
    ];
    expect(movedTo(150, planned)).toEqual([]);
    const [move] = movedTo(80, [...planned, { ...due('third', { cost: 40 }), runDate: plus(midnight, MINUTE) }]);
    expect(move).toMatchObject({ id: 'long', slot: midnight + 4 * MINUTE });
  });
});

const dropped = fc.tuple(periods, loads, nows, fc.integer({ min: 20, max: 100 })).map(([all, load, now, percent]) => {
  const assigned = byId(assignRunDates(all, { ...load, booked: [] }, now));
  const planned = all.map((period) => ({ ...period, runDate: assigned.get(period.id)?.runDate ?? now }));
  return { planned, now, load: { ...load, capacity: Math.max(10, Math.floor((load.capacity * percent) / 100)) } };
});

type Dropped = typeof dropped extends fc.Arbitrary<infer T> ? T : never;

const movesOf = ({ planned, now, load }: Dropped) =>
  moveRunDates(planned, { ...load, booked: bookingsOf(planned, load) }, now);

function tallyOfRuns(runs: readonly PlannedRun[], capacity: number): SlotTally {
  const tally = new SlotTally(capacity, []);
  for (const run of runs) tally.put(slotOf(run), run);
  return tally;
}

describe('moves, whatever is planned', () => {
  it('are later, before the next due date, and only out of slots after the present one that hold too much', () => {
    fc.assert(
      fc.property(dropped, (scenario) => {
        const { planned, now, load } = scenario;
        const runs = byId(planned);
        for (const { id, runDate, slot } of movesOf(scenario)) {
          const run = runs.get(id);
          if (run === undefined) throw new Error(`moved ${id}, which was not planned`);
          const window = run.nextDueDate - run.dueDate;
          expect(slot).toBeGreaterThan(slotOf(run));
          expect(slot).toBe(slotOf({ runDate }));
          expect(runDate).toBeLessThan(
            run.nextDueDate > run.runDate ? run.nextDueDate : run.runDate + Math.max(window, MINUTE),
          );
          expect(slotOf(run)).toBeGreaterThan(now);
          const tally = tallyOfRuns(planned, load.capacity);
          const overfull =
            tally.total(slotOf(run)) > load.capacity || tally.of(slotOf(run), 'backfill') > tally.laneMost('backfill');
          // A slot may be too full only of what has moved there: never, as moves go where there is room.
          expect(overfull).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('are to slots with room, and leave no slot fuller than it was, or than it holds', () => {
    fc.assert(
      fc.property(dropped, (scenario) => {
        const { planned, load } = scenario;
        const moved = after(planned, movesOf(scenario));
        const [was, is] = [tallyOfRuns(planned, load.capacity), tallyOfRuns(moved, load.capacity)];
        for (const slot of is.slots()) {
          expect(is.total(slot)).toBeLessThanOrEqual(Math.max(was.total(slot), load.capacity) + 1e-6);
          for (const { key, most } of planned.flatMap(({ limits }) => limits)) {
            expect(is.of(slot, key)).toBeLessThanOrEqual(Math.max(was.of(slot, key), most * 60));
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('leave a slot too full only for a run that no later slot before its deadline has room for', () => {
    fc.assert(
      fc.property(dropped, (scenario) => {
        const { planned, load, now } = scenario;
        const moved = after(planned, movesOf(scenario));
        const tally = tallyOfRuns(moved, load.capacity);
        for (const [own, runs] of Map.groupBy(moved, slotOf)) {
          const long = runs.some((run) => run.cost > Math.min(60, tally.laneMost(run.lane)));
          if (own <= now || tally.total(own) <= load.capacity || long) continue;
          const stuck = runs.filter((run) => {
            const deadline =
              run.nextDueDate > run.runDate ? run.nextDueDate : run.runDate + run.nextDueDate - run.dueDate;
            for (let slot = own + MINUTE; slot < deadline; slot += MINUTE)
              if (tally.hasRoom(slot, run, true)) return false;
            return true;
          });
          expect(stuck).not.toEqual([]);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('are done at once: what has moved does not move again, now or later', () => {
    fc.assert(
      fc.property(dropped, fc.integer({ min: 0, max: 5 }), (scenario, minutes) => {
        const moved = after(scenario.planned, movesOf(scenario));
        expect(movesOf({ ...scenario, planned: moved })).toEqual([]);
        expect(movesOf({ ...scenario, planned: moved, now: plus(scenario.now, minutes * MINUTE) })).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('do not depend on the order of the input', () => {
    fc.assert(
      fc.property(dropped, (scenario) => {
        const turned = { ...scenario, planned: scenario.planned.toReversed() };
        const inOrder = (moves: readonly RunAssignment[]) => moves.toSorted((a, b) => (a.id < b.id ? -1 : 1));
        expect(inOrder(movesOf(turned))).toEqual(inOrder(movesOf(scenario)));
      }),
      { numRuns: 300 },
    );
  });

  it('are few when little is lost: an hour of full slots that lose a tenth', () => {
    const planned = plannedAt(100, many(1_080, 'a', { nextDueDate: plus(midnight, 24 * HOUR) }));
    expect(movedTo(81, planned)).toHaveLength(120);
  });
});
