import type { PeriodStatus } from '../../domain/chain/sync-period.js';
import type { RecentPeriod } from '../../ports/flow-history.js';
import type { Progress } from '../../ports/runs.js';
import { toInstant } from '../columns.js';

/** The newest rows of the ledger with what their runs brought, by the index ledger_of_a_sync. Client, sync, limit. */
export const recentPeriods = `
select p.period_start, p.due_date, p.status, p.attempt, r.progress, r.failure, r.error_message
  from sync_period p
  left join run r on r.client_id = p.client_id and r.id = p.run_id
 where p.client_id = $1 and p.sync_id = $2 and p.status <> 'superseded'
 order by p.due_date desc, p.id desc limit $3`;

export interface RecentRow {
  readonly period_start: Date;
  readonly due_date: Date;
  readonly status: PeriodStatus;
  readonly attempt: number;
  readonly progress: Progress | null;
  readonly failure: { readonly code: string; readonly message?: string } | null;
  readonly error_message: string | null;
}

export const toRecentPeriod = (row: RecentRow): RecentPeriod => ({
  start: toInstant(row.period_start),
  dueDate: toInstant(row.due_date),
  status: row.status,
  attempt: row.attempt,
  progress: row.progress ?? {},
  failure: row.failure
    ? { code: row.failure.code, message: row.error_message ?? row.failure.message ?? row.failure.code }
    : undefined,
});

/**
 * How long after their due dates a client's scheduled runs began. Ids sort by the time they were made, so that the
 * primary key finds those of two weeks; the newest of them tell as much as all. Client, the first id of the
 * time, how many runs.
 */
export const usualDelay = `
select percentile_disc(0.95) within group (order by extract(epoch from r.started_at - r.due_date) * 1000) as delay
  from (select started_at, due_date from run
         where client_id = $1 and id >= $2 and trigger = 'schedule' and attempt = 1
           and started_at is not null and due_date is not null
         order by client_id desc, id desc limit $3) r`;
