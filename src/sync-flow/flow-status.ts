import { flowStateOf, needsAttention, type FlowFacts, type FlowState } from '../domain/flow/flow-state.js';
import { nextDueDate } from '../domain/schedule/due-date.js';
import type { SyncSchedule } from '../domain/schedule/sync-schedule.js';
import { instantOf, later, MINUTE, plus, type Instant } from '../domain/time/instant.js';
import type { RecentPeriod } from '../ports/flow-history.js';
import type { Run } from '../ports/runs.js';
import type { OpenPeriod, Sync } from '../ports/syncs.js';
import type { Connection } from '../ports/tenancy.js';
import { isPlanning } from '../schedule/sync-states.js';

/** What a status is told from. */
export interface StatusFacts {
  readonly sync: Sync & { readonly schedule: SyncSchedule };
  readonly connection: Connection;
  readonly open?: OpenPeriod;
  /** Under way, of the open period or beside it. */
  readonly run?: Run;
  /** The latest due dates first. */
  readonly recent: readonly RecentPeriod[];
  readonly disabledAt?: Instant;
  /** Minutes; null while nobody knows. */
  readonly usualDelay: number | null;
  readonly now: Instant;
}

/** How a merchant's sync is doing. */
export interface FlowStatus {
  readonly state: FlowState;
  readonly coveredThrough?: Instant;
  readonly nextDueAt?: Instant;
  /** Between which instants the next run is expected to begin. */
  readonly expectedStart?: readonly [Instant, Instant];
  readonly attention?: Attention;
  readonly pausedAt?: Instant;
}

/** What somebody should look at. */
export interface Attention {
  readonly code: string;
  readonly since?: Instant;
  /** Where the span begins that could not be synced. */
  readonly start?: Instant;
  readonly finish?: Instant;
}

export function flowStatusOf(facts: StatusFacts): FlowStatus {
  const { sync, disabledAt } = facts;
  const judged = judgedBy(facts);
  const state = flowStateOf(judged);
  return {
    state,
    coveredThrough: sync.watermark,
    nextDueAt: nextDueAt(facts),
    expectedStart: expectedStart(facts),
    attention: needsAttention(judged) ? attentionOf(facts) : undefined,
    pausedAt: state === 'paused' ? (disabledAt ?? sync.updatedAt) : undefined,
  };
}

function judgedBy({ sync, connection, open, run, now }: StatusFacts): FlowFacts {
  const { schedule, consecutiveFailures, watermark } = sync;
  const isPaused = sync.state === 'disabled' && sync.stateReason === 'manual';
  const planning = isPlanning(sync) ? 'on' : isPaused ? 'paused' : 'stopped';
  const isLinked = connection.state === 'linked';
  const running = { isRunning: run?.state === 'running', isQueued: run?.state === 'created' };
  return { schedule, isLinked, planning, consecutiveFailures, watermark, open, ...running, now };
}

/** Of the open period until it runs; then of the one after it. What is asked for by hand is no due date. */
function nextDueAt({ sync, open }: StatusFacts): Instant | undefined {
  if (!open || !isPlanning(sync)) return undefined;
  if (open.kind === 'chain' && open.status !== 'running') return open.dueDate;
  return open.heldDueDate ?? nextDueDate(sync.schedule, open.dueDate);
}

/** Until its turn comes, the end moves on with the minutes: what is still to begin is not expected in the past. */
function expectedStart({ sync, open, usualDelay, now }: StatusFacts): readonly [Instant, Instant] | undefined {
  if (!open || open.status === 'running' || !isPlanning(sync)) return undefined;
  const from = open.runDate ?? open.dueDate;
  const until = later(from, plus(open.dueDate, (usualDelay ?? 0) * MINUTE));
  return [from, until < now ? instantOf(Math.ceil(now / MINUTE) * MINUTE) : until];
}

function attentionOf(facts: StatusFacts): Attention {
  const { sync, connection, recent } = facts;
  const start = sync.watermark ?? sync.chainStart;
  const failed = failuresInARow(recent);
  const [last] = failed;
  const span = { since: failed.at(-1)?.dueDate, start, finish: last?.dueDate };
  if (connection.state !== 'linked') {
    return { ...span, code: `connection_${snake(connection.state)}`, since: span.since ?? connection.updatedAt };
  }
  return { ...span, code: last?.failure?.code ?? sync.stateReason ?? 'failed' };
}

const snake = (word: string): string => word.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The failed periods since the last success, the newest first. */
function failuresInARow(recent: readonly RecentPeriod[]): readonly RecentPeriod[] {
  const settled = recent.filter(({ status }) => status === 'succeeded' || status === 'failed');
  const lastSuccess = settled.findIndex(({ status }) => status === 'succeeded');
  return lastSuccess === -1 ? settled : settled.slice(0, lastSuccess);
}
