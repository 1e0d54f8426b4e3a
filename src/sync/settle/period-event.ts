import { eventOf, type SyncEvent } from '../../domain/run/sync-event.js';
import type { Decided, FinishedRun, Planned } from './finished-run.js';
import { countsOf } from './message-counts.js';

/** How a period ended. Throws for a run that fills none. */
export function periodEventOf(
  { context, outcome, progress }: FinishedRun,
  { planned, now }: Pick<Decided, 'now'> & { readonly planned?: Planned },
  sequence: number,
): SyncEvent<object> {
  const { run, period, company } = context;
  if (!period) throw new Error(`Run ${run.id} fills no period.`);
  return eventOf({
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
}
