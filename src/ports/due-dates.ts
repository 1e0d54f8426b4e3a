import type { WaitingDueDate } from '../domain/schedule/recomputed-due-date.js';
import type { Instant } from '../domain/time/instant.js';
import type { Page, PageRequest } from './page.js';

/** Time zone data that a live process computes due dates with. */
export interface LiveTimeZoneData {
  readonly version: string;
  /** Whether a dispatcher is among those that have it. */
  readonly dispatches: boolean;
}

/** A period that has not begun, locked with its sync. */
export interface WaitingPeriod extends WaitingDueDate {
  readonly clientId: string;
  readonly id: string;
  readonly syncId: string;
}

/** What other time zone data make of it. */
export interface RecomputedPeriod {
  readonly clientId: string;
  readonly id: string;
  /** Its due date is another instant now: a run date given for the old one falls. */
  readonly isMoved: boolean;
  readonly dueDate: Instant;
  readonly heldDueDate?: Instant;
  readonly nextDueDate: Instant;
}

/** One line of the audit: a due date that moved. */
export interface DueDateChange {
  readonly id: string;
  readonly syncId: string;
  readonly periodId: string;
  readonly reason: 'time_zone_data';
  readonly timeZone: string;
  /** It is that of the period a manual run has put aside. */
  readonly isHeld: boolean;
  readonly previousDueDate: Instant;
  readonly dueDate: Instant;
  readonly previousTimeZoneData: string;
  readonly timeZoneData: string;
  readonly changedAt: Instant;
}

/** Due dates and the time zone data they come from, over all clients. */
export abstract class DueDateStore {
  /** Of processes seen since an instant; each version once. */
  abstract live(seenSince: Instant): Promise<readonly LiveTimeZoneData[]>;
  /** Versions that periods which have not begun were computed with. */
  abstract versions(): Promise<readonly string[]>;
  /** Such periods of one version, soonest due first; what somebody else holds right now is left out. */
  abstract lock(version: string, limit: number): Promise<readonly WaitingPeriod[]>;
  /** Writes locked periods as the data of `version` have them. */
  abstract save(periods: readonly RecomputedPeriod[], version: string): Promise<void>;
  abstract note(changes: readonly (DueDateChange & { readonly clientId: string })[]): Promise<void>;
}

/** One client's lines, newest first. */
export abstract class DueDateChangeStore {
  abstract list(syncId: string, page: PageRequest): Promise<Page<DueDateChange>>;
}
