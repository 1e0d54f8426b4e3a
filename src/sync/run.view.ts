import { toIso, type Instant } from '../domain/time/instant.js';
import type { ModelProgress, Run } from '../ports/runs.js';

const isoOrNull = (at: Instant | undefined): string | null => (at === undefined ? null : toIso(at));

/** A run as the API answers it. */
export function runView(run: Run) {
  return {
    id: run.id,
    syncId: run.syncId,
    connectionId: run.connectionId,
    companyId: run.companyId,
    periodId: run.periodId ?? null,
    trigger: run.trigger,
    requestedBy: typeof run.actor?.['keyId'] === 'string' ? run.actor['keyId'] : null,
    state: run.state,
    mode: run.mode,
    models: run.models ?? [],
    range: { start: isoOrNull(run.range.start), finish: toIso(run.range.finish) },
    force: run.force,
    attempt: run.attempt,
    dueDate: isoOrNull(run.dueDate),
    runDate: isoOrNull(run.runDate),
    createdAt: toIso(run.createdAt),
    startedAt: isoOrNull(run.startedAt),
    finishedAt: isoOrNull(run.finishedAt),
    nextAttemptAt: isoOrNull(run.nextAttemptAt),
    abortRequestedAt: isoOrNull(run.abortRequestedAt),
    progress: Object.fromEntries(Object.entries(run.progress).map(([model, counts]) => [model, progressView(counts)])),
    // Changes are never carried over to a later run: a run takes all there are.
    partial: false,
    statusCode: run.statusCode ?? null,
    status: run.status ?? null,
    failure: run.failure ? { code: run.failure.code, class: run.failure.class, message: run.failure.message } : null,
    errorMessage: run.errorMessage ?? null,
    errorDetails: run.errorDetails ?? null,
  };
}

/** Without the total, which is for progress bars of the source's own telling. */
const progressView = ({ pages, fetched, created, updated, skipped, deleted }: ModelProgress) =>
  Object.freeze({ pages, fetched, created, updated, skipped, deleted });
