import { nextDueDate } from '../../domain/schedule/due-date.js';
import { RUN_RETRY_POLICY } from '../../domain/run/retry-policy.js';
import { settle, statusOf, type Settlement } from '../../domain/run/settlement.js';
import { errorOf } from '../../domain/run/sync-event.js';
import type { Instant } from '../../domain/time/instant.js';
import type { PeriodSettlement, SettlementContext, SettlementRows } from '../../ports/settlements.js';
import type { NewMessage } from '../../ports/webhooks.js';
import type { FinishedRun, Supplies } from './finished-run.js';
import { nextPeriod } from './next-period.js';
import { messagesOf } from './settlement-messages.js';
import { settledSync, concernsPresentConnection } from './settled-sync.js';

export interface DecidedSettlement {
  readonly context: SettlementContext;
  readonly settlement: Settlement;
  readonly rows: SettlementRows;
  readonly messages: readonly NewMessage[];
}

/** Turns a finished run into the rows and the messages of its settlement. Pure. */
export function decideSettlement(finished: FinishedRun, supplies: Supplies, now: Instant): DecidedSettlement {
  const { context, outcome, progress } = finished;
  const settlement = settlementOf(finished, supplies, now);
  const sync = settledSync(finished, settlement, now);
  const planned = sync.stop ? undefined : nextPeriod(finished, { settlement, sync, supplies, now });
  const deauthorizes = refusedByTheSource(finished);
  const messages = messagesOf(finished, { settlement, sync, planned, deauthorizes, supplies, now });
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
          partial: outcome.kind === 'synced' && outcome.hasMore === true,
          listedAt: finished.listedAt,
          reportDigest: finished.reported?.digest,
          failure,
          errorMessage: errorMessage ?? undefined,
          errorDetails: errorDetails ?? undefined,
        },
      ],
      periods: period ? [{ clientId, periodId: period.id, settlement: periodSettlement(context, settlement) }] : [],
      syncs: [{ ...sync, lastSequence: messages.at(-1)?.sequence ?? sync.lastSequence }],
      deauthorized:
        deauthorizes && failure
          ? [
              {
                clientId,
                connectionId: run.connectionId,
                reason: failure.message,
                editedAt: context.connection.editedAt,
              },
            ]
          : [],
      variables: variablesOf(finished),
      planned: planned ? [planned] : [],
    },
    messages,
  };
}

/** Whether the source has turned the connection away as it is now. */
const refusedByTheSource = ({ context, outcome }: FinishedRun): boolean =>
  outcome.kind === 'failed' &&
  outcome.failure.class === 'auth' &&
  outcome.failure.code !== 'connection_unlinked' &&
  concernsPresentConnection(context);

const variablesOf = ({ context, reported }: FinishedRun): SettlementRows['variables'] =>
  Object.entries(reported?.variables ?? {}).map(([name, value]) => ({
    clientId: context.clientId,
    connectionId: context.run.connectionId,
    name,
    value,
  }));

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
