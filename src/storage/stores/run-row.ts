import type { RecencyField, RecordFilter } from '../../domain/run/record-filter.js';
import type { Progress, Run, RunState, RunTrigger } from '../../ports/runs.js';
import type { SyncMode } from '../../ports/syncs.js';
import { orUndefined, toInstant, toInstantOrUndefined } from '../columns.js';

export interface RunRow {
  readonly id: string;
  readonly client_id: string;
  readonly sync_id: string;
  readonly company_id: string;
  readonly connection_id: string;
  readonly period_id: string | null;
  readonly trigger: RunTrigger;
  readonly actor: Record<string, unknown> | null;
  readonly state: RunState;
  readonly mode: SyncMode;
  readonly models: string[] | null;
  readonly sync_only: boolean;
  readonly since: Date | null;
  readonly since_by: RecencyField | null;
  readonly last_count: number | null;
  readonly last_by: RecencyField | null;
  readonly force: boolean;
  readonly range_start: Date | null;
  readonly range_finish: Date;
  readonly rerun_of: string | null;
  readonly caused_by: string | null;
  readonly reason: string | null;
  readonly due_date: Date | null;
  readonly run_date: Date | null;
  readonly attempt: number;
  readonly progress: Progress;
  readonly partial: boolean;
  readonly status_code: number | null;
  readonly status: string | null;
  readonly failure: Run['failure'] | null;
  readonly error_message: string | null;
  readonly error_details: string | null;
  readonly abort_requested_at: Date | null;
  readonly next_attempt_at?: Date | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
}

const COLUMNS =
  `id client_id sync_id company_id connection_id period_id trigger actor state mode models sync_only since since_by
  last_count last_by force range_start range_finish rerun_of caused_by reason due_date run_date attempt progress partial status_code status failure error_message error_details
  abort_requested_at created_at started_at finished_at`.split(/\s+/);

/** The columns of RunRow, for a select or a returning. */
export const runColumns = (alias: string): string => COLUMNS.map((column) => `${alias}.${column}`).join(', ');

export function toRun(row: RunRow): Run {
  return {
    id: row.id,
    syncId: row.sync_id,
    companyId: row.company_id,
    connectionId: row.connection_id,
    periodId: orUndefined(row.period_id),
    trigger: row.trigger,
    actor: orUndefined(row.actor),
    state: row.state,
    mode: row.mode,
    models: orUndefined(row.models),
    syncOnly: row.sync_only,
    filter: toFilter(row),
    force: row.force,
    range: { start: toInstantOrUndefined(row.range_start), finish: toInstant(row.range_finish) },
    rerunOf: orUndefined(row.rerun_of),
    causedBy: orUndefined(row.caused_by),
    reason: orUndefined(row.reason),
    dueDate: toInstantOrUndefined(row.due_date),
    runDate: toInstantOrUndefined(row.run_date),
    attempt: row.attempt,
    progress: row.progress,
    partial: row.partial,
    statusCode: orUndefined(row.status_code),
    status: orUndefined(row.status),
    failure: orUndefined(row.failure),
    errorMessage: orUndefined(row.error_message),
    errorDetails: orUndefined(row.error_details),
    abortRequestedAt: toInstantOrUndefined(row.abort_requested_at),
    nextAttemptAt: toInstantOrUndefined(row.next_attempt_at ?? null),
    createdAt: toInstant(row.created_at),
    startedAt: toInstantOrUndefined(row.started_at),
    finishedAt: toInstantOrUndefined(row.finished_at),
  };
}

function toFilter({ since, since_by: sinceBy, last_count: count, last_by: lastBy }: RunRow): RecordFilter {
  return {
    since: since && sinceBy ? { at: toInstant(since), by: sinceBy } : undefined,
    last: count !== null && lastBy ? { count, by: lastBy } : undefined,
  };
}

/** `next_attempt_at` of a run aliased `r`: its period waits for another attempt. */
export const nextAttempt = `(select p.run_date from sync_period p
  where p.client_id = r.client_id and p.id = r.period_id and p.run_id = r.id and p.status = 'assigned') as next_attempt_at`;
