import type { LatePeriod } from '../../ports/dispatch.js';
import { orUndefined, toInstant, toInstantOrUndefined } from '../columns.js';

/**
 * Periods that have not succeeded by their next due date, each taken once: the sync counts one more message. What a
 * settlement or an edit holds at the moment is left for the next tick, so that nobody waits for anybody.
 *
 * Parameters: now, limit.
 */
export const takeLate = `
with late as materialized (
  select p.client_id, p.id, p.sync_id, p.late_at
    from sync_period p
    join sync s on s.client_id = p.client_id and s.id = p.sync_id
   where p.late_at <= $1 and p.status in ('assigned', 'queued', 'running')
   order by p.late_at limit $2
     for no key update of s, p skip locked
), told as (
  update sync_period p set late_at = null from late l where p.client_id = l.client_id and p.id = l.id
), counted as (
  update sync s set last_sequence = s.last_sequence + 1
    from late l where s.client_id = l.client_id and s.id = l.sync_id
  returning s.client_id, s.id, s.company_id, s.connection_id, s.last_sequence
)
select p.client_id, p.id, p.sync_id, p.period_start, p.due_date, p.run_date, p.run_id, p.attempt, p.is_initial,
       p.recovered_due_dates, l.late_at, n.connection_id, n.last_sequence,
       c.id as company_id, c.name as company_name, c.reference, c.tags
  from late l
  join sync_period p on p.client_id = l.client_id and p.id = l.id
  join counted n on n.client_id = l.client_id and n.id = l.sync_id
  join company c on c.client_id = n.client_id and c.id = n.company_id`;

export interface LateRow {
  readonly client_id: string;
  readonly id: string;
  readonly sync_id: string;
  readonly period_start: Date;
  readonly due_date: Date;
  readonly run_date: Date | null;
  readonly run_id: string | null;
  readonly attempt: number;
  readonly is_initial: boolean;
  readonly recovered_due_dates: number;
  readonly late_at: Date;
  readonly connection_id: string;
  readonly last_sequence: number;
  readonly company_id: string;
  readonly company_name: string;
  readonly reference: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

export const toLatePeriod = (row: LateRow): LatePeriod => ({
  clientId: row.client_id,
  id: row.id,
  syncId: row.sync_id,
  connectionId: row.connection_id,
  company: { id: row.company_id, name: row.company_name, reference: orUndefined(row.reference), tags: row.tags },
  sequence: row.last_sequence,
  window: { start: toInstant(row.period_start), dueDate: toInstant(row.due_date) },
  nextDueDate: toInstant(row.late_at),
  runDate: toInstantOrUndefined(row.run_date),
  runId: orUndefined(row.run_id),
  attempt: row.attempt,
  isInitial: row.is_initial,
  recoveredDueDates: row.recovered_due_dates,
});
