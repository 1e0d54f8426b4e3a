import { changeEventOf, unlinkedEventOf } from '../../domain/events/connection-events.js';
import { disabledEventOf, disableWarningOf } from '../../domain/events/disabled-event.js';
import { runEventOf } from '../../domain/events/run-event.js';
import type { SyncFacts } from '../../domain/events/sync-facts.js';
import { errorOf, type SyncEvent } from '../../domain/run/sync-event.js';
import type { NewMessage } from '../../ports/webhooks.js';
import type { Decided, FinishedRun, Planned } from './finished-run.js';
import { countsOf, hasChanges } from './message-counts.js';
import { bodyOf } from './message-body.js';
import { periodEventOf } from './period-event.js';

export interface DecidedToTell extends Decided {
  readonly planned?: Planned;
  /** Whether the settlement takes the connection off, as its source refuses it. */
  readonly deauthorizes: boolean;
}

/** Makes the event that is the nth message of the sync. */
type Tell = (facts: SyncFacts) => SyncEvent<object>;

/**
 * What a settlement announces, in the order of its numbers: how the run or its period ended, that records changed, that
 * the sync was disabled or will be, and that its connection was lost. An attempt that will be repeated says nothing.
 */
export function messagesOf(finished: FinishedRun, decided: DecidedToTell): readonly NewMessage[] {
  const { context } = finished;
  if (decided.settlement.kind === 'retry') return [];
  const tells = [...endOf(finished, decided), ...changesOf(finished, decided), ...stopOf(finished, decided)];
  const numbered = tells.map((tell, index) => {
    const sequence = decided.sync.lastSequence + 1 + index;
    return { sequence, event: tell({ ...syncOf(finished), sequence }) };
  });
  const lost =
    decided.deauthorizes && context.connection.state === 'linked' ? [{ event: lostOf(finished, decided) }] : [];
  return [...lost, ...numbered].map((one) => messageOf(finished, { ...one, id: decided.supplies.messageId() }));
}

const syncOf = ({ context: { company, run } }: FinishedRun) => ({
  company,
  connectionId: run.connectionId,
  syncId: run.syncId,
});

/** A period tells the end of its run; a run that fills none, or was aborted, tells its own. */
function endOf(finished: FinishedRun, decided: DecidedToTell): readonly Tell[] {
  const { context, outcome } = finished;
  const ofPeriod: Tell[] = context.period ? [(facts) => periodEventOf(finished, decided, facts.sequence)] : [];
  if (context.period && outcome.kind !== 'aborted') return ofPeriod;
  const { run } = context;
  const { id: runId, trigger, range, startedAt, attempt } = run;
  const ended = { runId, trigger, range, startedAt, attempt, outcome, finishedAt: decided.now };
  return [...ofPeriod, (facts) => runEventOf({ ...facts, ...ended, records: countsOf(finished.progress) })];
}

function changesOf({ context, progress, reported }: FinishedRun, { supplies, now }: DecidedToTell): readonly Tell[] {
  const { clientId, run, feedFrom } = context;
  // What the client's own code has read is in a store of its own, not in the feed.
  if (reported || feedFrom === undefined || !hasChanges(progress)) return [];
  const cursor = supplies.feedCursor(clientId, run.connectionId, feedFrom);
  return [(facts) => changeEventOf({ ...facts, at: now, runId: run.id, records: countsOf(progress), cursor })];
}

function stopOf({ context, outcome }: FinishedRun, { sync, now }: DecidedToTell): readonly Tell[] {
  const { consecutiveFailures, stop, warn = false } = sync;
  const watermark = sync.watermark ?? context.sync.watermark;
  const failing = { at: now, consecutiveFailures, watermark, errorMessage: errorOf(outcome).errorMessage };
  if (stop) return [(facts) => disabledEventOf({ ...facts, ...failing, ...stop })];
  const disableAfter = context.disableAfterFailures;
  return warn ? [(facts) => disableWarningOf({ ...facts, ...failing, disableAfter })] : [];
}

function lostOf({ context, outcome }: FinishedRun, { now }: DecidedToTell): SyncEvent<object> {
  const { company, run, connection } = context;
  const reason = errorOf(outcome).errorMessage ?? undefined;
  const { platform } = connection;
  return unlinkedEventOf({ at: now, company, connectionId: run.connectionId, platform, state: 'deauthorized', reason });
}

interface Told {
  readonly id: string;
  readonly event: SyncEvent<object>;
  /** Absent where it is not the sync that is told about. */
  readonly sequence?: number;
}

function messageOf({ context }: FinishedRun, { id, event, sequence }: Told): NewMessage {
  const { clientId, run, period, company } = context;
  return {
    id,
    clientId,
    companyId: company.id,
    connectionId: run.connectionId,
    syncId: run.syncId,
    periodId: period?.id,
    runId: run.id,
    type: event.type,
    sequence,
    body: bodyOf(event),
  };
}
