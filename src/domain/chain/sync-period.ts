import { countDueDates, firstDueDate, latestDueDate, nextDueDate } from '../schedule/due-date.js';
import { earlier, later } from '../time/instant.js';
import type { Instant } from '../time/instant.js';
import { chainPosition } from './period.js';
import type { CatchUp, Chain, PlannedWindow } from './period.js';
import { sameSchedule } from '../schedule/schedule.js';
import type { SyncSchedule } from '../schedule/sync-schedule.js';

export { latestWindow, rangeWindow } from './manual-window.js';
export type { CatchUp, Chain, PeriodWindow, PlannedWindow } from './period.js';

export type PeriodStatus = 'planned' | 'assigned' | 'queued' | 'running' | 'succeeded' | 'failed' | 'superseded';

/** What a period may become. A retry takes a running period back to assigned. */
export const PERIOD_TRANSITIONS: Readonly<Record<PeriodStatus, readonly PeriodStatus[]>> = {
  planned: ['assigned', 'superseded'],
  assigned: ['assigned', 'queued', 'superseded'],
  queued: ['assigned', 'running', 'superseded'],
  running: ['assigned', 'succeeded', 'failed'],
  succeeded: [],
  failed: [],
  superseded: [],
};

export const canBecome = (from: PeriodStatus, to: PeriodStatus): boolean => PERIOD_TRANSITIONS[from].includes(to);

export interface FirstPlan {
  readonly schedule: SyncSchedule;
  readonly chain: Chain;
  readonly now: Instant;
}

/** The period planned when a schedule is configured or enabled again: due by the next-day rule. */
export function planFirst({ schedule, chain, now }: FirstPlan): PlannedWindow {
  const start = chainPosition(chain);
  const dueDate = firstDueDate(schedule, now, start);
  const isInitial = chain.watermark === undefined;
  // Before the first success nothing was due, however far back the start lies.
  return { start, dueDate, isInitial, recoveredDueDates: isInitial ? 0 : countDueDates(schedule, start, dueDate) - 1 };
}

export interface NextPlan extends FirstPlan {
  readonly catchUp: CatchUp;
  /** The due date that was settled; absent after a manual run. */
  readonly settledDueDate?: Instant;
  /** What the settled period had merged; counts on only while nothing has succeeded. */
  readonly settledRecoveredDueDates?: number;
  /** A planned due date that a manual run put aside. */
  readonly heldDueDate?: Instant;
  /** When the schedule was last changed: the next-day rule counts from then. */
  readonly configuredAt?: Instant;
}

/** The period after a settlement: from the chain's position to the next due date, or to the newest that was missed. */
export function planNext(plan: NextPlan): PlannedWindow {
  const { schedule, chain, now, catchUp } = plan;
  const start = chainPosition(chain);
  const next = unmissedDueDate(plan, start);
  const newest = catchUp === 'collapse' ? latestDueDate(schedule, now) : undefined;
  const dueDate = newest === undefined ? next : later(next, newest);
  return { start, dueDate, isInitial: chain.watermark === undefined, recoveredDueDates: recovered(plan, dueDate) };
}

/** The due date that follows when none was missed. */
function unmissedDueDate(plan: NextPlan, start: Instant): Instant {
  const { schedule, now, configuredAt } = plan;
  const due = heldDueDate(plan, start) ?? followingDueDate(plan, start);
  return configuredAt === undefined ? due : later(due, firstDueDate(schedule, earlier(configuredAt, now), start));
}

/** After a manual run as after any other: the next-day rule is for schedules, and counts from `configuredAt`. */
function followingDueDate({ schedule, settledDueDate }: NextPlan, start: Instant): Instant {
  return nextDueDate(schedule, later(settledDueDate ?? start, start));
}

/** The held due date while it still holds: after the position, and a due date of the schedule as it is now. */
function heldDueDate({ schedule, heldDueDate: held, now }: NextPlan, start: Instant): Instant | undefined {
  if (held === undefined || held <= start || latestDueDate(schedule, held) !== held) return undefined;
  // A schedule edited meanwhile may have due dates that come sooner.
  return earlier(held, firstDueDate(schedule, now, start));
}

function recovered(plan: NextPlan, dueDate: Instant): number {
  const { schedule, chain, settledDueDate, settledRecoveredDueDates = 0 } = plan;
  if (chain.watermark !== undefined) return countDueDates(schedule, chain.watermark, dueDate) - 1;
  return settledDueDate === undefined
    ? settledRecoveredDueDates
    : settledRecoveredDueDates + countDueDates(schedule, settledDueDate, dueDate);
}

export interface ReplanRequest extends FirstPlan {
  readonly open: { readonly status: PeriodStatus } | undefined;
  /** The schedule so far; absent when this is the first. */
  readonly previous: SyncSchedule | undefined;
  readonly enabled: boolean;
}

/** What an edit does to the ledger. */
export interface Replan {
  readonly supersede: boolean;
  readonly plan?: PlannedWindow;
}

/** Decides what an edit, a pause or a start changes: a running period is left alone, as is what did not change. */
export function replan({ open, schedule, previous, chain, now, enabled }: ReplanRequest): Replan {
  if (open?.status === 'running') return { supersede: false };
  if (!enabled) return { supersede: open !== undefined };
  const unchanged = previous !== undefined && sameSchedule(previous, schedule);
  if (open !== undefined && unchanged) return { supersede: false };
  return { supersede: open !== undefined, plan: planFirst({ schedule, chain, now }) };
}
