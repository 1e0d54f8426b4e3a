import type { LastRun, SyncOverview } from '../../ports/syncs.js';
import { orUndefined, toInstant, toInstantOrUndefined } from '../columns.js';
import { OPEN_STATUSES, toOpenPeriod, type PeriodRow } from '../stores/period-row.js';
import { syncColumns, toSync, type SyncRow } from '../stores/sync-row.js';

/**
 * Syncs with their open period and the run that finished last: one statement for a page of any length. Each side
 * is one row at most, found by the indexes one_open_period_per_sync and runs_of_a_sync. `$1` is the client.
 */
export const selectOverviews = `
select ${syncColumns('s')},
       p.id as period_id, p.kind as period_kind, p.status as period_status, p.period_start, p.due_date,
       p.held_due_date, p.run_date, p.run_date_reason, p.is_initial, p.recovered_due_dates, p.attempt,
       p.run_id as period_run_id, p.created_at as period_created_at,
       r.id as last_run_id, r.trigger, r.state as run_state, r.range_start, r.range_finish, r.fetched, r.status_code,
       r.status as run_status, r.error_message, r.created_at as run_created_at, r.started_at, r.finished_at
  from sync s
  left join sync_period p
    on p.client_id = s.client_id and p.sync_id = s.id and p.status in ${OPEN_STATUSES}
  left join lateral (
    select r.*, (select coalesce(sum((model.value ->> 'fetched')::bigint), 0) from jsonb_each(r.progress) model) as fetched
      from run r
     where r.client_id = s.client_id and r.sync_id = s.id and r.state in ('completed', 'errored', 'aborted')
     order by r.id desc limit 1) r on true
 where s.client_id = $1`;

interface PeriodSide extends Omit<PeriodRow, 'id' | 'sync_id' | 'kind' | 'status' | 'run_id' | 'created_at'> {
  readonly period_id: string;
  readonly period_kind: PeriodRow['kind'];
  readonly period_status: PeriodRow['status'];
  readonly period_run_id: string | null;
  readonly period_created_at: Date;
}

interface RunSide {
  readonly last_run_id: string;
  readonly trigger: string;
  readonly run_state: string;
  readonly range_start: Date | null;
  readonly range_finish: Date | null;
  readonly fetched: string;
  readonly status_code: number | null;
  readonly run_status: string | null;
  readonly error_message: string | null;
  readonly run_created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
}

/** An outer join answers null for the whole of a side that is not there. */
export type OverviewRow = SyncRow &
  (PeriodSide | { readonly period_id: null }) &
  (RunSide | { readonly last_run_id: null });

export function toOverview(row: OverviewRow): SyncOverview {
  return {
    sync: toSync(row),
    nextPeriod: row.period_id === null ? undefined : toOpenPeriod(periodRow(row, row.id)),
    lastRun: row.last_run_id === null ? undefined : toLastRun(row),
  };
}

const periodRow = (row: PeriodSide, syncId: string): PeriodRow => ({
  ...row,
  id: row.period_id,
  sync_id: syncId,
  kind: row.period_kind,
  status: row.period_status,
  run_id: row.period_run_id,
  started_at: null,
  created_at: row.period_created_at,
  settled_at: null,
});

const toLastRun = (row: RunSide): LastRun => ({
  id: row.last_run_id,
  trigger: row.trigger,
  state: row.run_state,
  range: {
    start: toInstantOrUndefined(row.range_start),
    finish: toInstant(row.range_finish ?? row.run_created_at),
  },
  records: Number(row.fetched),
  statusCode: orUndefined(row.status_code),
  status: orUndefined(row.run_status),
  errorMessage: orUndefined(row.error_message),
  startedAt: toInstantOrUndefined(row.started_at),
  finishedAt: toInstantOrUndefined(row.finished_at),
});
