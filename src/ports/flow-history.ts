import type { PeriodWindow } from '../domain/chain/period.js';
import type { PeriodStatus } from '../domain/chain/sync-period.js';
import type { Instant } from '../domain/time/instant.js';
import type { Progress } from './runs.js';

/** A period of the ledger with what its latest run brought. */
export interface RecentPeriod extends PeriodWindow {
  readonly status: PeriodStatus;
  readonly attempt: number;
  readonly progress: Progress;
  readonly failure?: { readonly code: string; readonly message: string };
}

/** What the status of a sync is told from. */
export abstract class FlowHistoryStore {
  /** The latest due dates first, without those that were superseded. */
  abstract recent(syncId: string, count: number): Promise<readonly RecentPeriod[]>;
  /** When somebody last disabled the sync, as its edits tell. */
  abstract disabledAt(syncId: string): Promise<Instant | undefined>;
  /**
   * Milliseconds from the due date within which 95 % of the client's scheduled runs began that were made since, of the
   * newest `runs` of them; undefined where there were none.
   */
  abstract usualDelay(since: Instant, runs: number): Promise<number | undefined>;
}
