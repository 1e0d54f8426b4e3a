import type { PeriodWindow } from '../chain/period.js';
import type { PeriodStatus } from '../chain/sync-period.js';

/** A period of the ledger, as far as it matters whether anything of it was read. */
export interface LedgerPeriod extends PeriodWindow {
  readonly status: PeriodStatus;
  /** 0 until its first run, then the number of the run it has or waits for. */
  readonly attempt: number;
}

/**
 * How many periods that were synced or tried a newly planned one covers again, wholly or in part. Those that only
 * wait for their first run have sent nothing, and what was superseded is another's already.
 */
export const resentPeriods = (planned: PeriodWindow, ledger: readonly LedgerPeriod[]): number =>
  ledger.filter((period) => wasTried(period) && overlaps(period, planned)).length;

const wasTried = ({ status, attempt }: LedgerPeriod): boolean =>
  status === 'succeeded' || status === 'failed' || status === 'running' || (status !== 'superseded' && attempt > 1);

const overlaps = (a: PeriodWindow, b: PeriodWindow): boolean => a.start < b.dueDate && b.start < a.dueDate;
