import { statusInProgress } from '../domain/run/settlement.js';
import { toIso, type Instant } from '../domain/time/instant.js';
import type { Run } from '../ports/runs.js';
import { progressView } from './progress.view.js';

const isoOrNull = (at: Instant | undefined): string | null => (at === undefined ? null : toIso(at));

/** A run as the API answers it at a moment. */
export function runView(run: Run, now: Instant) {
  const { since, last } = run.filter;
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
    syncOnly: run.syncOnly,
    range: { start: isoOrNull(run.range.start), finish: toIso(run.range.finish) },
    syncSince: isoOrNull(since?.at),
    syncSinceBy: since?.by ?? null,
    syncLast: last?.count ?? null,
    syncLastBy: last?.by ?? null,
    force: run.force,
    reason: run.reason ?? null,
    rerunOf: run.rerunOf ?? null,
    causedBy: run.causedBy ?? null,
    attempt: run.attempt,
    dueDate: isoOrNull(run.dueDate),
    runDate: isoOrNull(run.runDate),
    createdAt: toIso(run.createdAt),
    startedAt: isoOrNull(run.startedAt),
    finishedAt: isoOrNull(run.finishedAt),
    nextAttemptAt: isoOrNull(run.nextAttemptAt),
    abortRequestedAt: isoOrNull(run.abortRequestedAt),
    progress: progressView(run.progress),
    partial: run.partial,
    ...statusView(run, now),
    failure: run.failure ? { code: run.failure.code, class: run.failure.class, message: run.failure.message } : null,
    errorMessage: run.errorMessage ?? null,
    errorDetails: run.errorDetails ?? null,
  };
}

/** An active run has no status of its own: how long it has been active tells it. */
function statusView({ state, createdAt, statusCode, status }: Run, now: Instant) {
  const isActive = state === 'created' || state === 'running';
  return isActive ? statusInProgress(createdAt, now) : { statusCode: statusCode ?? null, status: status ?? null };
}
