import type { PreviewPeriod } from '../schedule/preview.js';
import type { SyncSchedule } from '../schedule/sync-schedule.js';
import { epochDayAt } from '../time/zoned-time.js';

/** A period as a merchant sees it. */
export interface FlowPeriod extends PreviewPeriod {
  /** Dates from the one it starts on to the one it is due on, on the merchant's calendar. */
  readonly days: number;
}

export const flowPeriodOf = (period: PreviewPeriod, { timeZone }: SyncSchedule): FlowPeriod => ({
  ...period,
  days: epochDayAt(period.dueDate, timeZone) - epochDayAt(period.start, timeZone),
});
