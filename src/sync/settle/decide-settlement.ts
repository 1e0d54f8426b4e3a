import { nextDueDate } from '../../domain/schedule/due-date.js';
import type { Instant } from '../../domain/time/instant.js';
import { RUN_RETRY_POLICY } from '../../domain/run/retry-policy.js';
import { afterFailure, settle, statusOf, type RunOutcome, type Settlement } from '../../domain/run/settlement.js';
import { errorOf, eventOf } from '../../domain/run/sync-event.js';
import { planNext } from '../../domain/chain/sync-period.js';
import type { Progress } from '../../ports/runs.js';
import type { PeriodSettlement, SettlementContext, SettlementRows, SettledSync } from '../../ports/settlements.js';
import type { NewMessage } from '../../ports/webhooks.js';

export interface FinishedRun {
  readonly context: SettlementContext;
  readonly outcome: RunOutcome;
  readonly progress: Progress;
}

/** What a decision may not make itself: ids, chance, and which time zone data is in use. */
export interface Supplies {
  readonly periodId: string;
  readonly messageId: string;
  /** In [0, 1). */
  readonly jitter: number;
  readonly timeZoneData: string;
}

export interface DecidedSettlement {
  readonly context: SettlementContext;
  readonly settlement: Settlement;
  readonly rows: SettlementRows;
  readonly messages: readonly NewMessage[];
}

type Planned = SettlementRows['planned'][number];

/** Seconds a run is expected to take before one of its sync has been measured. */
const UNKNOWN_COST = 5;
/** Weight of the newest run in the moving average. */
const NEWEST = 0.2;

/** Turns a finished run into the rows and the message of its settlement. Pure. */
export function decideSettlement(finished: FinishedRun, supplies: Supplies, now: Instant): DecidedSettlement {
  const { context, outcome, progress } = finished;
  const settlement = settlementOf(finished, supplies, now);
  const sync = settledSync(finished, settlement, now);
  const planned = sync.stop ? undefined : nextPeriod(finished, { settlement, sync, supplies, now });
  const message = messageOf(finished, { settlement, sync, planned, supplies, now });
  const { clientId, run, period } = context;
  const failure = outcome.kind === 'failed' ? outcome.failure : undefined;
  const { errorMessage, errorDetails } = errorOf(outcome);
  return {
    context,
    settlement,
    rows: {
      runs: [
        {
          clientId,
          runId: run.id,
          state: outcome.kind === 'synced' ? 'completed' : outcome.kind === 'aborted' ? 'aborted' : 'errored',
          ...statusOf(outcome),
          progress,
          failure,
          errorMessage: errorMessage ?? undefined,
          errorDetails: errorDetails ?? undefined,
        },
      ],
      periods: period ? [{ clientId, periodId: period.id, settlement: periodSettlement(context, settlement) }] : [],
      syncs: [message ? { ...sync, lastSequence: sync.lastSequence + 1 } : sync],
      deauthorized:
        failure?.class === 'auth' && failure.code !== 'connection_unlinked' && usedPresentCredentials(context)
          ? [{ clientId, connectionId: run.connectionId, reason: failure.message }]
          : [],
      planned: planned ? [planned] : [],
    },
    messages: message ? [message] : [],
  };
}

/** Attempts at this period so far, the one that has just ended included. */
function attemptsOf({ period, progressed }: SettlementContext) {
  const { attemptsInARow = 0, attemptsWithProgress = 0 } = period ?? {};
  return progressed
    ? { attemptsInARow: 0, attemptsWithProgress: attemptsWithProgress + 1 }
    : { attemptsInARow: attemptsInARow + 1, attemptsWithProgress };
}

/** Only a period is tried again by itself; a run that fills none ends as it ended. */
function settlementOf({ context, outcome }: FinishedRun, { jitter }: Supplies, now: Instant): Settlement {
  const { period, sync, run, progressed } = context;
  const settlement = settle({
    attempt: run.attempt,
    progressed,
    outcome,
    policy: RUN_RETRY_POLICY,
    now,
    nextDueDate: sync.schedule && period ? nextDueDate(sync.schedule, period.dueDate) : undefined,
    jitter,
    ...attemptsOf(context),
  });
  return settlement.kind === 'retry' && !period ? { kind: 'failed', countsAsFailure: false } : settlement;
}

function periodSettlement(context: SettlementContext, settlement: Settlement): PeriodSettlement {
  if (settlement.kind !== 'retry') return { status: settlement.kind };
  const attempt = context.run.attempt + (settlement.countsAsAttempt ? 1 : 0);
  return { status: 'assigned', runDate: settlement.at, runDateReason: 'retry', attempt, ...attemptsOf(context) };
}

/** Whether the success of this period moves the chain: a range does only when it closes the gap at the watermark. */
function movesChain({ period, sync }: SettlementContext): boolean {
  if (!period || sync.chainStart === undefined) return false;
  if (period.kind !== 'range') return true;
  const edge = sync.watermark ?? sync.chainStart;
  return period.start <= edge && period.dueDate > edge;
}

function settledSync({ context, outcome }: FinishedRun, settlement: Settlement, now: Instant): SettledSync {
  const { clientId, sync, period, run } = context;
  const same = {
    clientId,
    syncId: sync.id,
    consecutiveFailures: sync.consecutiveFailures,
    lastSequence: sync.lastSequence,
  };
  if (settlement.kind === 'succeeded') {
    return {
      ...same,
      consecutiveFailures: period ? 0 : sync.consecutiveFailures,
      watermark: period && movesChain(context) ? period.dueDate : undefined,
      averageRunSeconds: averaged(sync.averageRunSeconds, (now - (run.startedAt ?? now)) / 1000),
    };
  }
  if (settlement.kind === 'retry' || outcome.kind !== 'failed') return same;
  const after = afterFailure({
    consecutiveFailures: sync.consecutiveFailures,
    disableAfter: context.disableAfterFailures,
    failure: outcome.failure,
  });
  // Only due dates in a row count; a manual run that fails is nobody's due date.
  const counted = period?.kind === 'chain' && settlement.countsAsFailure;
  const suspend = after.suspend && usedPresentCredentials(context);
  return {
    ...same,
    consecutiveFailures: counted ? after.consecutiveFailures : sync.consecutiveFailures,
    // Without a schedule nothing is planned, so there is nothing to stop; the connection refuses further runs.
    stop: sync.schedule && stopOf({ disable: counted && after.disable, suspend }, outcome.failure.code),
  };
}

/** Whether the connection is as the run found it: credentials replaced since then are not judged by it. */
const usedPresentCredentials = ({ run, connectionEditedAt }: SettlementContext): boolean =>
  run.startedAt !== undefined && connectionEditedAt <= run.startedAt;

function stopOf(after: { readonly disable: boolean; readonly suspend: boolean }, code: string): SettledSync['stop'] {
  const reason = code === 'connection_unlinked' ? code : 'connection_deauthorized';
  if (after.suspend) return { state: 'suspended', reason };
  return after.disable ? { state: 'disabled', reason: 'consecutive_failures' } : undefined;
}

const averaged = (before: number | undefined, seconds: number): number =>
  before === undefined ? seconds : before * (1 - NEWEST) + seconds * NEWEST;

interface Decided {
  readonly settlement: Settlement;
  readonly sync: SettledSync;
  readonly supplies: Supplies;
  readonly now: Instant;
}

function nextPeriod({ context }: FinishedRun, { settlement, sync, supplies, now }: Decided): Planned | undefined {
  const { clientId, period, sync: before, catchUp } = context;
  const { schedule, chainStart } = before;
  if (!period || !schedule || chainStart === undefined || settlement.kind === 'retry') return undefined;
  if (!before.enabled || before.state !== 'active') return undefined;
  const window = planNext({
    schedule,
    chain: { watermark: sync.watermark ?? before.watermark, start: chainStart },
    settledDueDate: period.kind === 'chain' ? period.dueDate : undefined,
    settledRecoveredDueDates: period.recoveredDueDates,
    heldDueDate: period.heldDueDate,
    configuredAt: before.configuredAt,
    now,
    catchUp,
  });
  return {
    clientId,
    id: supplies.periodId,
    syncId: before.id,
    kind: 'chain',
    window,
    timeZoneData: supplies.timeZoneData,
    cost: sync.averageRunSeconds ?? before.averageRunSeconds ?? UNKNOWN_COST,
  };
}

/** A settled period is announced; an attempt that will be repeated is not. */
function messageOf(
  finished: FinishedRun,
  { settlement, sync, planned, supplies, now }: Decided & { readonly planned?: Planned },
): NewMessage | undefined {
  const { context, outcome, progress } = finished;
  const { clientId, run, period, company } = context;
  if (!period || settlement.kind === 'retry') return undefined;
  const sequence = sync.lastSequence + 1;
  const event = eventOf({
    sequence,
    company,
    connectionId: run.connectionId,
    syncId: run.syncId,
    runId: run.id,
    trigger: run.trigger,
    period,
    runDate: run.runDate ?? period.dueDate,
    startedAt: run.startedAt ?? now,
    finishedAt: now,
    attempt: run.attempt,
    isInitial: period.isInitial,
    recoveredDueDates: period.recoveredDueDates,
    records: countsOf(progress),
    outcome,
    next: planned && { dueDate: planned.window.dueDate },
  });
  return {
    id: supplies.messageId,
    clientId,
    companyId: company.id,
    connectionId: run.connectionId,
    syncId: run.syncId,
    periodId: period.id,
    runId: run.id,
    type: event.type,
    sequence,
    body: bodyOf(event),
  };
}

/** The constraint body_under_20_kb: one byte more, and the period could never be settled. */
const MOST_BYTES = 20_479;

/** Without what is longest where all of it would not fit; the run itself tells it. */
function bodyOf(event: ReturnType<typeof eventOf>): string {
  const body = JSON.stringify(event);
  if (Buffer.byteLength(body) <= MOST_BYTES) return body;
  return JSON.stringify({ ...event, data: { ...event.data, records: {}, errorDetails: null } });
}

/** The counts a message tells: without pages and totals, which are about the run. */
const countsOf = (progress: Progress) =>
  Object.fromEntries(
    Object.entries(progress).map(([model, { fetched, created, updated, skipped, deleted }]) => [
      model,
      { fetched, created, updated, skipped, deleted },
    ]),
  );
