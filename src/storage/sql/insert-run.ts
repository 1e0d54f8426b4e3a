import { UNKNOWN_COST } from '../../domain/load/expected-cost.js';
import type { Instant } from '../../domain/time/instant.js';
import type { NewRun } from '../../ports/runs.js';
import { toDate } from '../columns.js';
import { runColumns } from '../stores/run-row.js';

/** The run of a sync, which tells its company and connection; nothing when the sync is gone. */
export const insertRun = `
insert into run as r (client_id, id, sync_id, company_id, connection_id, period_id, trigger, actor, mode, models,
                      sync_only, since, since_by, last_count, last_by, rerun_of, caused_by, reason,
                      force, range_start, range_finish, due_date, run_date, attempt, created_at, lane, cost_seconds, source_host)
select s.client_id, $3, s.id, s.company_id, s.connection_id, $4, $5, $6::jsonb, $7, $8::text[],
       $14, $15::timestamptz, $16, $17::integer, $18, $19, $20, $21,
       $9, $10, $11, $12, $13, 1, $13, $22, coalesce(s.average_run_seconds, ${UNKNOWN_COST}), coalesce(n.source_host, '')
  from sync s
  join connection n on n.client_id = s.client_id and n.id = s.connection_id
 where s.client_id = $1 and s.id = $2
returning ${runColumns('r')}`;

export const insertRunParameters = (clientId: string, run: NewRun, now: Instant): readonly unknown[] => [
  clientId,
  run.syncId,
  run.id,
  run.period?.id ?? null,
  run.trigger,
  run.actor ? JSON.stringify(run.actor) : null,
  run.mode,
  run.models ?? null,
  run.force,
  toDate(run.range.start),
  toDate(run.range.finish),
  toDate(run.period?.window.dueDate),
  new Date(now),
  run.syncOnly,
  toDate(run.filter.since?.at),
  run.filter.since?.by,
  run.filter.last?.count,
  run.filter.last?.by,
  run.rerunOf,
  run.causedBy,
  run.reason,
  run.lane,
];

/** The period a run asked for fills, queued with it. */
export const insertQueuedPeriod = `
insert into sync_period (client_id, id, sync_id, kind, status, period_start, due_date, held_due_date, run_date,
                         run_date_reason, lane, cost_seconds, is_initial, recovered_due_dates, attempt, run_id,
                         time_zone_data, created_at, connection_id, source_host)
select s.client_id, $2, s.id, $4, 'queued', $5, $6, $7, $8, 'requested', $13,
       coalesce(s.average_run_seconds, ${UNKNOWN_COST}), $9, $10, 1, $11, $12, $8, s.connection_id, coalesce(n.source_host, '')
  from sync s
  join connection n on n.client_id = s.client_id and n.id = s.connection_id
 where s.client_id = $1 and s.id = $3`;

export const queuedPeriodParameters = (
  clientId: string,
  { id, lane, period }: NewRun & Required<Pick<NewRun, 'period'>>,
  now: Instant,
): readonly unknown[] => [
  clientId,
  period.id,
  period.syncId,
  period.kind,
  toDate(period.window.start),
  toDate(period.window.dueDate),
  toDate(period.heldDueDate),
  new Date(now),
  period.window.isInitial,
  period.window.recoveredDueDates,
  id,
  period.timeZoneData,
  lane,
];
