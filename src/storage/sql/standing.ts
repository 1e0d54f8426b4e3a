import type { Standing } from '../../ports/gauges.js';
import { toInstantOrUndefined } from '../columns.js';

/**
 * How the installation stands. Each part looks at the first entry of an index, or counts what is active, ready or late:
 * never at what waits for a later day.
 *
 * Parameters: now, processes seen since.
 */
export const standing = `
with recursive version as (
  (select time_zone_data from sync_period where status in ('planned', 'assigned') order by time_zone_data limit 1)
  union all
  select (select p.time_zone_data from sync_period p
           where p.status in ('planned', 'assigned') and p.time_zone_data > v.time_zone_data
           order by p.time_zone_data limit 1)
    from version v where v.time_zone_data is not null
), waiting as (
  select (select p.due_date from sync_period p
           where p.status in ('planned', 'assigned') and p.time_zone_data = v.time_zone_data and p.kind = 'chain'
           order by p.due_date limit 1) as due_date
    from version v where v.time_zone_data is not null
), active as materialized (
  select state, admitted_at is not null as is_admitted, awaiting_until is not null as is_awaiting from run where finished_at is null limit 100000
)
select least((select min(due_date) from waiting),
             (select min(due_date) from sync_period where status in ('queued', 'running') and kind = 'chain'))
         as oldest_due_date,
       (select run_date from sync_period where status = 'assigned' order by run_date limit 1) as oldest_run_date,
       (select min(d.next_attempt_at) from webhook_endpoint e
         cross join lateral (select next_attempt_at from webhook_delivery
                              where client_id = e.client_id and endpoint_id = e.id and state = 'pending'
                              order by next_attempt_at limit 1) d
         where e.disabled_reason is null and (e.paused_until is null or e.paused_until <= $1)) as oldest_delivery,
       (select count(*)::int from (select from sync_period where status = 'assigned' and run_date <= $1 limit 100000) r)
         as ready,
       (select count(*)::int from active where state = 'created' and not is_admitted) as requested,
       (select count(*)::int from active where state = 'created' and is_admitted) as created,
       (select count(*)::int from active where state = 'running' and not is_awaiting) as running,
       (select count(*)::int from active where is_awaiting) as awaiting,
       (select count(*)::int from (select from sync_period where kind = 'chain' and late_at is null
                                      and status in ('assigned', 'queued', 'running') limit 100000) l)
       + (select count(*)::int from (select from sync_period where late_at <= $1
                                      and status in ('assigned', 'queued', 'running') limit 100000) l) as late,
       (select coalesce(sum(worker_concurrency), 0)::int from process
         where 'worker' = any (roles) and seen_at >= $2) as concurrency`;

export interface StandingRow extends Pick<
  Standing,
  'ready' | 'requested' | 'created' | 'running' | 'awaiting' | 'late' | 'concurrency'
> {
  readonly oldest_due_date: Date | null;
  readonly oldest_run_date: Date | null;
  readonly oldest_delivery: Date | null;
}

export const toStanding = ({
  oldest_due_date,
  oldest_run_date,
  oldest_delivery,
  ...counts
}: StandingRow): Standing => ({
  ...counts,
  oldestDueDate: toInstantOrUndefined(oldest_due_date),
  oldestRunDate: toInstantOrUndefined(oldest_run_date),
  oldestDelivery: toInstantOrUndefined(oldest_delivery),
});
