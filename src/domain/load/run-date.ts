import { HOUR, type Instant } from '../time/instant.js';
import type { LoadCurve } from './load-curve.js';
import { fairOrder } from './fair-order.js';
import { claimOf, inThreePasses, type DuePeriod, type RunClaim } from './run-claim.js';
import { outsideQuietHours } from './outside-quiet-hours.js';
import { Slots, type FoundSlot, type SlotFull } from './slots.js';

/**
 * Why a run date is what it is: at the due date; spread behind others within the slot of the due date; as soon as can
 * be, as the due date has passed; after a quiet window; in a later slot, as earlier ones were full: for all work, for
 * backfills, or for a limit; spread over slots that were all full before the next due date; or moved to a later slot, as
 * its own holds less than it did. Where several things were full, it names what was in the last slot before the one
 * that was found, and of several there the most particular: the connection's limit, the client's, the source's, the
 * backfills' share, the capacity.
 */
export type RunDateReason =
  'on_time' | 'spread' | 'catch_up' | 'quiet_hours' | SlotFull | 'overload' | 'capacity_dropped';

export interface RunAssignment {
  readonly id: string;
  readonly runDate: Instant;
  /** Start of the slot that holds the run date. */
  readonly slot: Instant;
  readonly reason: RunDateReason;
}

/** Periods with no more time than this are kept a place, so that those that can wait do not take all there is. */
const URGENT = HOUR;

/**
 * Chooses a run date for each period: in the earliest slot with room in its lane and under its limits, at or after its
 * due date and now, and before its next due date. Within a slot runs start one after another, as its capacity is used
 * up: a lone period starts when it is due, equal due dates spread. Regular work takes what is kept for backfills only
 * when it would find no room in time, and after the backfills at hand. Pure, independent of the order of the input,
 * never over capacity while there is room.
 */
export function assignRunDates(due: readonly DuePeriod[], load: LoadCurve, now: Instant): readonly RunAssignment[] {
  const slots = new Slots(load, now);
  const claims = due.map((period) => claimOf(period, { slotLength: load.slotLength, now }));
  const assigned: RunAssignment[] = [];
  const kept = keepPlaces(slots, claims.filter(isUrgent));
  const withoutRoom = inThreePasses(claims, (claim, reserve) => {
    const place = kept.get(claim.id);
    if (place !== undefined) slots.occupy(place, claim, -1);
    kept.delete(claim.id);
    const found = outsideQuietHours(claim, (begun) => slots.firstWithDate(begun, reserve));
    if (found !== undefined) assigned.push(assignmentIn(slots, found));
    return found !== undefined;
  });
  for (const claim of withoutRoom) assigned.push(overloadOf(slots, claim));
  return assigned;
}

/** Keeps places at the end of their time, so that nobody waits for them whose turn comes before. */
function keepPlaces(slots: Slots, claims: readonly RunClaim[]): Map<string, number> {
  const kept = new Map<string, number>();
  for (const claim of fairOrder(claims)) {
    const slot = slots.lastFor(claim);
    if (slot === undefined) continue;
    slots.occupy(slot, claim);
    kept.set(claim.id, slot);
  }
  return kept;
}

const isUrgent = ({ begin, deadline }: RunClaim): boolean => deadline - begin <= URGENT;

function assignmentIn(slots: Slots, { slot, runDate, claim }: FoundSlot & { claim: RunClaim }): RunAssignment {
  const reason = slot > slots.slotOf(claim.begin) ? slots.fullIn(slot - 1, claim) : reasonInTime(claim, runDate);
  slots.occupy(slot, claim);
  return { id: claim.id, runDate, slot: slots.startOf(slot), reason };
}

function overloadOf(slots: Slots, claim: RunClaim): RunAssignment {
  const leastFull = (begun: RunClaim): FoundSlot => {
    const slot = slots.leastFull(begun);
    return { slot, runDate: slots.runDateIn(slot, begun, false) };
  };
  // Where all the time there is is quiet, admission keeps the quiet hours.
  const { slot, runDate } = outsideQuietHours(claim, leastFull) ?? leastFull(claim);
  slots.occupy(slot, claim);
  return { id: claim.id, runDate, slot: slots.startOf(slot), reason: 'overload' };
}

function reasonInTime(claim: RunClaim, runDate: Instant): RunDateReason {
  if (claim.quiet) return 'quiet_hours';
  if (claim.begin > claim.dueDate) return 'catch_up';
  return runDate === claim.dueDate ? 'on_time' : 'spread';
}
