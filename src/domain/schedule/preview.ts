import { unanchored } from '../chain/anchor.js';
import { HOUR, later } from '../time/instant.js';
import type { Instant } from '../time/instant.js';
import type { CatchUp, Chain, PlannedWindow } from '../chain/period.js';
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
  const { schedule, now, watermark } = request;
  const chain = unanchored(schedule, watermark);
  const first = planFirst({ schedule, chain, now });
  return previewChain({ ...request, chain, first, catchUp: 'collapse' });
}

export interface ChainPreviewRequest extends Omit<PreviewRequest, 'watermark'> {
  /** Where the chain stands under the schedule. */
  readonly chain: Chain;
  /** The period that is open, or that is planned when the schedule is saved. */
  readonly first: PlannedWindow;
  /** Whether the first was asked for by hand; then it is no due date that the next is counted from. */
  readonly isManual?: boolean;
  /** A planned due date that the first put aside. */
  readonly heldDueDate?: Instant;
  /** When the schedule was last changed: the next-day rule counts from then. */
  readonly configuredAt?: Instant;
  readonly catchUp: CatchUp;
}

/** As previewPeriods, for a chain under way. */
export function previewChain(request: ChainPreviewRequest): Preview {
  const { schedule, now, count, chain, first, configuredAt, catchUp } = request;
  const periods: PreviewPeriod[] = [shownPeriod(first, schedule)];
  let settledDueDate = request.isManual === true ? undefined : first.dueDate;
  let { heldDueDate } = request;
  let watermark = first.dueDate;
  while (periods.length < count) {
    const at = later(now, watermark);
    const next = {
      schedule,
      chain: { ...chain, watermark },
      settledDueDate,
      heldDueDate,
      configuredAt,
      now: at,
      catchUp,
    };
    const plan = planNext(next);
    periods.push(shownPeriod(plan, schedule));
    watermark = plan.dueDate;
    settledDueDate = plan.dueDate;
    heldDueDate = undefined;
  }
  return { periods, warnings: warningsOf(request, periods) };
}

export function shownPeriod(plan: PlannedWindow, { timeZone }: SyncSchedule): PreviewPeriod {
  const { start, dueDate } = plan;
  const kind = plan.isInitial ? 'first' : plan.recoveredDueDates > 0 ? 'catch_up' : 'regular';
  return { start, dueDate, localDueDate: localTimeAt(dueDate, timeZone), lengthHours: (dueDate - start) / HOUR, kind };
}
