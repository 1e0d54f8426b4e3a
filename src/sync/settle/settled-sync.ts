import { bucketStart } from '../../domain/chain/read-window.js';
import { afterFailure, type Settlement } from '../../domain/run/settlement.js';
import { SECOND, type Instant } from '../../domain/time/instant.js';
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

/**
 * How far a success has read: to its due date, or, as the sync has it, to where the source had been listed to the end
 * or the last calendar bucket had. A run that was asked for a range has read that and nothing else.
 */
function readToAfter({ context, listedAt }: FinishedRun): SettledSync['readTo'] {
  const { period, sync } = context;
  if (!period || period.kind === 'range' || !movesChain(context)) return undefined;
  if (sync.watermarkAt === 'runEnd') return listedAt ?? null;
  if (sync.readWindow === 'period' || !sync.schedule) return null;
  return bucketStart(period.dueDate, sync.readWindow, sync.schedule.timeZone);
}

/** What a settlement does to its sync: the watermark, failures in a row, and whether the chain stops. */
export function settledSync(finished: FinishedRun, settlement: Settlement, now: Instant): SettledSync {
  const { context, outcome } = finished;
  const { clientId, sync, period } = context;
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
      readTo: readToAfter(finished),
      // A run that an outage has cut in two took as long as the outage: planned for days, it would fill every slot.
      averageRunSeconds: finished.takenOver
        ? undefined
        : averaged(sync.averageRunSeconds, secondsOfWork(finished, now)),
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
  const suspend = after.suspend && concernsPresentConnection(context);
  return {
    ...same,
    consecutiveFailures: counted ? after.consecutiveFailures : sync.consecutiveFailures,
    // Without a schedule nothing is planned, so there is nothing to stop; the connection refuses further runs.
    warn: counted && after.warn,
    stop: sync.schedule && stopOf({ disable: counted && after.disable, suspend }, outcome.failure.code),
  };
}

/** Whether what the run found of the connection still holds: credentials replaced since then are not judged by it. */
export const concernsPresentConnection = ({ run, connection }: SettlementContext): boolean =>
  connection.state !== 'linked' || (run.startedAt !== undefined && connection.editedAt <= run.startedAt);

function stopOf(after: { readonly disable: boolean; readonly suspend: boolean }, code: string): SettledSync['stop'] {
  const reason = code === 'connection_unlinked' ? code : ('connection_deauthorized' as const);
  if (after.suspend) return { state: 'suspended', reason };
  return after.disable ? { state: 'disabled', reason: 'consecutive_failures' } : undefined;
}

/** What handing a run over to the client's own code takes of a worker. */
const HANDOVER_SECONDS = 1;

/** How long a worker was taken up by the run. */
const secondsOfWork = ({ context: { run }, reported }: FinishedRun, now: Instant): number =>
  reported ? HANDOVER_SECONDS : (now - (run.startedAt ?? now)) / SECOND;

const averaged = (before: number | undefined, seconds: number): number =>
  before === undefined ? seconds : before * (1 - NEWEST) + seconds * NEWEST;
