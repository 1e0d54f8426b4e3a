import { createdMessage, type CreatedRun } from '../domain/run/created-message.js';
import type { Instant } from '../domain/time/instant.js';
import { toInstant, toInstantOrUndefined } from './columns.js';
import { lineColumns } from './run-log-lines.js';
import type { Session } from './session.js';
import { addLines } from './sql/run-log.js';

interface LoggedRun extends CreatedRun {
  readonly id: string;
}

/** Opens the logs of runs that this transaction has made: one statement, so that no way to make a run forgets it. */
export async function addFirstLines(
  session: Session,
  runs: readonly (LoggedRun & { readonly clientId: string })[],
  now: Instant,
): Promise<void> {
  if (runs.length === 0) return;
  const opened = runs.map(({ clientId, id, ...run }) => ({
    clientId,
    runId: id,
    lines: [{ at: now, level: 'info', message: createdMessage(run) } as const],
  }));
  await session.touched(addLines, lineColumns(opened));
}

/** A run that `admitPeriods` has made. */
export interface AdmittedRow {
  readonly client_id: string;
  readonly id: string;
  readonly trigger: string;
  readonly actor: Record<string, unknown> | null;
  readonly attempt: number;
  readonly range_start: Date | null;
  readonly range_finish: Date;
  readonly models: string[] | null;
  readonly force: boolean;
}

export const admittedRun = (row: AdmittedRow): LoggedRun & { readonly clientId: string } => ({
  clientId: row.client_id,
  id: row.id,
  trigger: row.trigger,
  actor: row.actor ?? {},
  attempt: row.attempt,
  range: { start: toInstantOrUndefined(row.range_start), finish: toInstant(row.range_finish) },
  models: row.models ?? undefined,
  force: row.force,
});
