import { toIso, type Instant } from '../domain/time/instant.js';
import type { SyncSchedule } from '../domain/schedule/sync-schedule.js';
import type { RecentPeriod } from '../ports/flow-history.js';
import type { Run } from '../ports/runs.js';
import { fractionOf, outcomeOfPeriod, recordsIn } from './flow-outcome.js';
import type { Attention, FlowStatus } from './flow-status.js';

const isoOrNull = (at: Instant | undefined): string | null => (at === undefined ? null : toIso(at));

export interface StatusBeside {
  readonly recent: readonly RecentPeriod[];
  readonly run?: Run;
  /** Absent until it is configured. */
  readonly schedule?: Pick<SyncSchedule, 'timeZone' | 'syncHour'>;
  /** How many models the run reads. */
  readonly models: number;
  /** Minutes. */
  readonly usualDelay: number | null;
  /** Of what somebody should look at, in a merchant's words. */
  readonly reason?: string;
}

/** A status as the page is answered it. */
export function statusView(status: FlowStatus, beside: StatusBeside) {
  const { recent, run, schedule, models, usualDelay, reason = '' } = beside;
  const { state, coveredThrough, nextDueAt, expectedStart, attention, pausedAt } = status;
  return {
    state,
    coveredThrough: isoOrNull(coveredThrough),
    nextDueAt: isoOrNull(nextDueAt),
    expectedStart: expectedStart ? expectedStart.map((at) => toIso(at)) : null,
    running: run?.state === 'running' ? runningView(run, models) : null,
    recent: recent.map(recentView),
    attention: attention ? attentionView(attention, reason) : null,
    pausedAt: isoOrNull(pausedAt),
    typicalDelayMinutes: usualDelay,
    timeZone: schedule?.timeZone ?? null,
    syncHour: schedule?.syncHour ?? null,
  };
}

export type FlowStatusView = ReturnType<typeof statusView>;

/** Of a sync that is still to be set up. */
export const notConfiguredView = (usualDelay: number | null): FlowStatusView =>
  statusView({ state: 'not_started' }, { recent: [], models: 0, usualDelay });

const runningView = ({ startedAt, progress }: Run, models: number) => ({
  startedAt: isoOrNull(startedAt),
  fraction: fractionOf(progress, models) ?? null,
});

const recentView = (period: RecentPeriod) => ({
  start: toIso(period.start),
  finish: toIso(period.dueDate),
  outcome: outcomeOfPeriod(period),
  records: recordsIn(period.progress),
});

const attentionView = ({ code, since, start, finish }: Attention, message: string) => ({
  code,
  message,
  since: isoOrNull(since),
  start: isoOrNull(start),
  finish: isoOrNull(finish),
});
