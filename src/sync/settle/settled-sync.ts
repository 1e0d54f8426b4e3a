import { afterFailure, type Settlement } from '../../domain/run/settlement.js';
import type { Instant } from '../../domain/time/instant.js';
import type { SettledSync, SettlementContext } from '../../ports/settlements.js';
import type { FinishedRun } from './finished-run.js';

/** Weight of the newest run in the moving average. */
const NEWEST = 0.2;

/** Whether the success of this period moves the chain: a range does only when it closes the gap at the watermark. */
function movesChain({ period, sync }: SettlementContext): boolean {
  if (!period || sync.chainStart === undefined) return false;
  if (period.kind !== 'range') return true;
  const edge = sync.watermark ?? sync.chainStart;
  return period.start <= edge && period.dueDate > edge;
}

/** What a settlement does to its sync: the watermark, failures in a row, and whether the chain stops. */
export function settledSync({ context, outcome }: FinishedRun, settlement: Settlement, now: Instant): SettledSync {
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
export const usedPresentCredentials = ({ run, connectionEditedAt }: SettlementContext): boolean =>
  run.startedAt !== undefined && connectionEditedAt <= run.startedAt;

function stopOf(after: { readonly disable: boolean; readonly suspend: boolean }, code: string): SettledSync['stop'] {
  const reason = code === 'connection_unlinked' ? code : 'connection_deauthorized';
  if (after.suspend) return { state: 'suspended', reason };
  return after.disable ? { state: 'disabled', reason: 'consecutive_failures' } : undefined;
}

const averaged = (before: number | undefined, seconds: number): number =>
  before === undefined ? seconds : before * (1 - NEWEST) + seconds * NEWEST;
