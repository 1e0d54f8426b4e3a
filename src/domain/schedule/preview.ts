import { unanchored } from '../chain/anchor.js';
import { HOUR, later } from '../time/instant.js';
import type { Instant } from '../time/instant.js';
import type { PlannedWindow } from '../chain/period.js';
import { planFirst, planNext } from '../chain/sync-period.js';
import { warningsOf } from './preview-warnings.js';
import type { ScheduleWarning } from './preview-warnings.js';
import type { SyncSchedule } from './sync-schedule.js';
import { localTimeAt } from '../time/zoned-time.js';

export type PreviewKind = 'first' | 'catch_up' | 'regular';

export interface PreviewPeriod {
  readonly start: Instant;
  readonly dueDate: Instant;
  /** ISO 8601 with the zone's offset. */
  readonly localDueDate: string;
  readonly lengthHours: number;
  readonly kind: PreviewKind;
}

export interface Preview {
  readonly periods: readonly PreviewPeriod[];
  /** What a merchant may not expect. */
  readonly warnings: readonly ScheduleWarning[];
}

export interface PreviewRequest {
  readonly schedule: SyncSchedule;
  readonly now: Instant;
  readonly watermark?: Instant;
  readonly count: number;
  /** `startDate` as the request had it, which can be another day in the schedule's zone. */
  readonly writtenStartDate?: unknown;
}

/** The periods to come if the schedule were saved now and every one succeeded: the functions that plan, chained. */
export function previewPeriods(request: PreviewRequest): Preview {
  const { schedule, now, watermark, count } = request;
  const chain = unanchored(schedule, watermark);
  const periods: PreviewPeriod[] = [];
  let plan = planFirst({ schedule, chain, now });
  while (periods.length < count) {
    periods.push(shownPeriod(plan, schedule));
    const after = { ...chain, watermark: plan.dueDate };
    plan = planNext({
      schedule,
      chain: after,
      settledDueDate: plan.dueDate,
      now: later(now, plan.dueDate),
      catchUp: 'collapse',
    });
  }
  return { periods, warnings: warningsOf(request, periods) };
}

function shownPeriod(plan: PlannedWindow, { timeZone }: SyncSchedule): PreviewPeriod {
  const { start, dueDate } = plan;
  const kind = plan.isInitial ? 'first' : plan.recoveredDueDates > 0 ? 'catch_up' : 'regular';
  return { start, dueDate, localDueDate: localTimeAt(dueDate, timeZone), lengthHours: (dueDate - start) / HOUR, kind };
}
