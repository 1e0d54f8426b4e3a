import type { Instant } from '../time/instant.js';
import { expectedCost } from './expected-cost.js';
import { fairOrder } from './fair-order.js';
import type { Lane } from './lane.js';
import type { Limit } from './load-curve.js';
import type { QuietHours } from './quiet-hours.js';
import type { SlotClaim } from './slots.js';

/** A period whose run date is to be chosen. */
export interface DuePeriod {
  readonly id: string;
  readonly clientId: string;
  readonly dueDate: Instant;
  readonly nextDueDate: Instant;
  /** Seconds of work it is expected to take. */
  readonly cost: number;
  /** The client's share compared with others, 1 unless it was given more. */
  readonly weight?: number;
  readonly lane: Lane;
  /** What it comes under; a limit is the same wherever its key occurs. */
  readonly limits: readonly Limit[];
  /** The end of a quiet window: no run date before it. */
  readonly notBefore?: Instant;
  /** No run date that load has moved is in them either, but where nothing else is left before the next due date. */
  readonly quietHours?: QuietHours;
}

export interface RunClaim extends SlotClaim {
  readonly clientId: string;
  readonly dueDate: Instant;
  readonly weight?: number;
  /** A quiet window decides where `begin` is. */
  readonly quiet: boolean;
  readonly quietHours?: QuietHours;
}

/** What is claimed for a period that may not run before `now`. */
export function claimOf(period: DuePeriod, { slotLength, now }: { slotLength: number; now: Instant }): RunClaim {
  const { id, clientId, dueDate, nextDueDate, weight, lane, limits, notBefore = dueDate, quietHours } = period;
  const begin = Math.max(dueDate, now, notBefore);
  // Where the next due date has passed as well, the period gets as long as it would have had.
  const deadline = nextDueDate > begin ? nextDueDate : begin + Math.max(nextDueDate - dueDate, slotLength);
  const cost = expectedCost({ own: period.cost });
  const quiet = notBefore === begin && begin > dueDate;
  return { id, clientId, dueDate, cost, weight, lane, limits, begin, deadline, quiet, quietHours };
}

/**
 * Places regular work, then backfills, then the regular work that found no room with what is kept for backfills and
 * unused. Answers what `place` refused to the end. Whoever is refused is asked once more, as others may have given back
 * a place that was kept for them.
 */
export function inThreePasses(
  claims: readonly RunClaim[],
  place: (claim: RunClaim, reserve: boolean) => boolean,
): readonly RunClaim[] {
  const refused = (all: readonly RunClaim[]) => all.filter((claim) => !place(claim, false));
  const { regular = [], backfill = [] } = Object.groupBy(claims, (claim) => claim.lane);
  const late = refused(fairOrder(regular));
  const lateBackfills = refused(refused(fairOrder(backfill)));
  return [...refused(late).filter((claim) => !place(claim, true)), ...lateBackfills];
}
