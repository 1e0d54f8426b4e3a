import type { PeriodStatus } from '../chain/sync-period.js';
import type { PeriodWindow } from '../chain/period.js';
import { nextDueDate } from '../schedule/due-date.js';
import type { SyncSchedule } from '../schedule/sync-schedule.js';
import { HOUR, type Instant } from '../time/instant.js';

/** How a merchant's sync is doing, in one word. */
export type FlowState =
  'not_started' | 'on_schedule' | 'running' | 'catching_up' | 'late' | 'stalled' | 'needs_action' | 'paused';

/** What a state is decided from. */
export interface FlowFacts {
  readonly schedule: SyncSchedule;
  /** Whether the source can be read. */
  readonly isLinked: boolean;
  /** Whether periods are planned; where they are not, whether somebody wanted it so. */
  readonly planning: 'on' | 'paused' | 'stopped';
  /** Failures on so many due dates in a row. */
  readonly consecutiveFailures: number;
  readonly watermark: Instant | undefined;
  readonly open: (PeriodWindow & { readonly status: PeriodStatus }) | undefined;
  /** A run is under way, of the open period or beside it. */
  readonly isRunning: boolean;
  /** One has been given its turn, and no worker has taken it yet. */
  readonly isQueued: boolean;
  readonly now: Instant;
}

/** A period longer than this takes up what was left behind; 25 hours are a day on which the clocks go back. */
const LONGEST_USUAL = 25 * HOUR;
/** Failures in a row after which somebody should look. */
const TOO_MANY_FAILURES = 2;

/** A run under way comes before what went wrong before it; what stops the chain comes before both. */
export function flowStateOf(facts: FlowFacts): FlowState {
  const { isLinked, planning, isRunning, isQueued, consecutiveFailures, watermark } = facts;
  if (planning === 'paused') return 'paused';
  if (!isLinked || planning === 'stopped') return 'needs_action';
  if (isRunning) return isLong(facts) ? 'catching_up' : 'running';
  if (consecutiveFailures >= TOO_MANY_FAILURES) return 'needs_action';
  const behind = dueDatesBehind(facts);
  if (behind > 1) return 'stalled';
  if (behind === 1) return 'late';
  if (isQueued && isLong(facts)) return 'catching_up';
  return watermark === undefined ? 'not_started' : 'on_schedule';
}

/** Whether something is to be told beside the state: what stopped the chain, or fails again and again. */
export const needsAttention = ({ isLinked, planning, consecutiveFailures }: FlowFacts): boolean =>
  planning !== 'paused' && (!isLinked || planning === 'stopped' || consecutiveFailures >= TOO_MANY_FAILURES);

const isLong = ({ open }: FlowFacts): boolean => open !== undefined && open.dueDate - open.start > LONGEST_USUAL;

/** How many due dates have come after the one that still waits; more than two are as good as two. */
function dueDatesBehind({ open, schedule, now }: FlowFacts): number {
  if (open === undefined || open.dueDate > now) return 0;
  const next = nextDueDate(schedule, open.dueDate);
  if (next > now) return 0;
  return nextDueDate(schedule, next) > now ? 1 : 2;
}
