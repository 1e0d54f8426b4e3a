import type { Instant } from '../time/instant.js';
import { nearestDueDate, nextDueDate } from './due-date.js';
import type { SyncSchedule } from './sync-schedule.js';

/** A period that has not begun, as other time zone data had it. */
export interface WaitingDueDate {
  readonly schedule: SyncSchedule;
  /** Where the period starts: a success, which nothing moves, or the anchor of the chain. */
  readonly start: Instant;
  readonly dueDate: Instant;
  /** Only what the chain planned stands on the lattice; what was asked for by hand ends where somebody wanted it to. */
  readonly isOfChain: boolean;
  /** The planned due date that a manual run has put aside. */
  readonly heldDueDate?: Instant;
}

/** The same with the data of this process. */
export interface RecomputedDueDate {
  readonly dueDate: Instant;
  readonly heldDueDate: Instant | undefined;
  /** From then on the period is late. */
  readonly nextDueDate: Instant;
}

/** The due date at the same hour of the same date; always after the start, so that a period stays one. */
export function recomputedDueDate(waiting: WaitingDueDate): RecomputedDueDate {
  const { schedule, start, isOfChain, heldDueDate: held } = waiting;
  const dueDate = isOfChain ? nearestDueDate(schedule, waiting.dueDate, start) : waiting.dueDate;
  const heldDueDate = held === undefined ? undefined : nearestDueDate(schedule, held, start);
  return { dueDate, heldDueDate, nextDueDate: nextDueDate(schedule, dueDate) };
}
