import { eventOf } from '../../domain/run/sync-event.js';
import type { Progress } from '../../ports/runs.js';
import type { NewMessage } from '../../ports/webhooks.js';
import type { Decided, FinishedRun, Planned } from './finished-run.js';

/** A settled period is announced; an attempt that will be repeated is not. */
export function messageOf(
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
