import type { Instant } from '../time/instant.js';
import type { LoadCurve } from './load-curve.js';
import { claimOf, inThreePasses, type DuePeriod, type RunClaim } from './run-claim.js';
import { outsideQuietHours } from './outside-quiet-hours.js';
import type { RunAssignment } from './run-date.js';
import { Slots } from './slots.js';

/** A period that has a run date and has not begun. */
export interface PlannedRun extends Omit<DuePeriod, 'notBefore'> {
  readonly runDate: Instant;
}

/** Planned runs by the number of their slot. */
type RunsBySlot = Map<number, PlannedRun[]>;

/**
 * Which run dates move when slots hold less than they have been given, and where to. `load.booked` is all that is
 * booked, at the present capacity; `planned` the periods of it that may move: all, or at least those whose run dates are
 * in slots that are too full. Of such a slot those stay that fit, in the fair order, regular work first; the others get
 * the earliest later slot with room before their next due date and outside of quiet hours, and stay where there is none. Nothing moves out of the
 * present slot, nor to an earlier one; what is answered, once booked, gives nothing to move.
 */
export function moveRunDates(planned: readonly PlannedRun[], load: LoadCurve, now: Instant): readonly RunAssignment[] {
  const slots = new Slots(load, now);
  const bySlot: RunsBySlot = Map.groupBy(planned, ({ runDate }) => slots.slotOf(runDate));
  const moved = new Map<string, RunAssignment>();
  // Who leaves a slot may leave room for those of an earlier one: again, until nobody moves.
  for (let moves = -1; moves !== 0;) {
    const round = [...bySlot.keys()].toSorted((a, b) => a - b).flatMap((slot) => relieve(slots, slot, bySlot));
    for (const move of round) moved.set(move.id, move);
    moves = round.length;
  }
  return [...moved.values()];
}

/** Moves out of a slot what it does not hold. */
function relieve(slots: Slots, slot: number, bySlot: RunsBySlot): readonly RunAssignment[] {
  if (slot < 1 || !slots.lanes.overfull(slot)) return [];
  const runs = new Map((bySlot.get(slot) ?? []).map((run) => [run.id, run]));
  const { length } = slots;
  const claims = [...runs.values()].map((run) => claimOf(run, { slotLength: length, now: run.runDate }));
  const moves = withoutRoom(slots, slot, claims).flatMap((claim) => moveLater(slots, slot, claim));
  for (const { id, runDate } of moves) {
    const run = runs.get(id);
    if (run === undefined) continue;
    runs.delete(id);
    const to = slots.slotOf(runDate);
    const there = bySlot.get(to) ?? [];
    there.push({ ...run, runDate });
    bySlot.set(to, there);
  }
  bySlot.set(slot, [...runs.values()]);
  return moves;
}

/** Takes all out of a slot and puts back what fits, then the others, which it answers. */
function withoutRoom(slots: Slots, slot: number, claims: readonly RunClaim[]): readonly RunClaim[] {
  for (const claim of claims) slots.occupy(slot, claim, -1);
  const refused = inThreePasses(claims, (claim, reserve) => {
    const holds = slots.holds(slot, claim, reserve);
    if (holds) slots.occupy(slot, claim);
    return holds;
  });
  // Whoever finds no other slot keeps this one and those it goes on in: nobody else may have them meanwhile.
  for (const claim of refused) slots.occupy(slot, claim);
  return refused;
}

function moveLater(slots: Slots, slot: number, claim: RunClaim): readonly RunAssignment[] {
  slots.occupy(slot, claim, -1);
  const after = { ...claim, begin: slots.startOf(slot + 1) };
  const found = outsideQuietHours(
    after,
    (begun) => slots.firstWithDate(begun, false) ?? slots.firstWithDate(begun, true),
  );
  slots.occupy(found?.slot ?? slot, claim);
  if (found === undefined) return [];
  return [{ id: claim.id, runDate: found.runDate, slot: slots.startOf(found.slot), reason: 'capacity_dropped' }];
}
