import type { Instant } from '../domain/time/instant.js';

/** How the whole installation stands at a moment. Counts end at 100,000. */
export interface Standing {
  /** Of open periods; manual ones end where somebody wanted them to, and are left out. */
  readonly oldestDueDate?: Instant;
  /** Of periods that wait to be admitted. */
  readonly oldestRunDate?: Instant;
  /** When the delivery was due that has waited longest; those to paused and disabled endpoints wait on purpose. */
  readonly oldestDelivery?: Instant;
  /** Periods whose run date is reached. */
  readonly ready: number;
  /** Runs that were asked for and wait to be admitted. */
  readonly requested: number;
  /** Runs that have been admitted and not begun. */
  readonly created: number;
  readonly running: number;
  /** In the hands of the client's own code. */
  readonly awaiting: number;
  /** Open periods past their next due date. */
  readonly late: number;
  /** Runs that live workers can execute at the same time. */
  readonly concurrency: number;
}

/** Live processes of one role and one version of the time zone data. */
export interface LiveProcesses {
  readonly role: string;
  readonly timeZoneData: string;
  readonly count: number;
}

/** What is asked of the slots to come. */
export interface SlotRequest {
  readonly from: Instant;
  /** Milliseconds. */
  readonly slotLength: number;
  /** Seconds of work a slot holds. */
  readonly capacity: number;
  readonly count: number;
}

/** What gauges show, over all clients. */
export abstract class GaugeStore {
  abstract standing(now: Instant, seenSince: Instant): Promise<Standing>;
  abstract processes(seenSince: Instant): Promise<readonly LiveProcesses[]>;
  /** Seconds of work booked in each slot from `from` on; work longer than a slot goes on in the next ones. */
  abstract slots(request: SlotRequest): Promise<readonly number[]>;
  /** The release that the database's own time zone data are at least; undefined where it cannot be told. */
  abstract databaseTimeZoneData(): Promise<string | undefined>;
}
