/**
 * Locks those of the periods that still wait. `skip locked` lets the API supersede one at the same moment without either
 * waiting. "offset 0" makes it one look into the primary key for each.
 *
 * Parameters: client ids, period ids (parallel arrays).
 */
export const holdWaiting = `
select p.client_id, p.id
  from unnest($1::text[], $2::text[]) as picked (client_id, id)
 cross join lateral (
   select client_id, id, status from sync_period
    where client_id = picked.client_id and id = picked.id
   offset 0
      for update skip locked
 ) p
 where p.status = 'assigned'`;

/**
 * Queues periods and creates a run for each. A retry goes on where the attempt before it got to: it takes
 * over the checkpoint, the counts and what was asked for. Whoever asks for a run locks the open period first,
 * so one asked for after the periods were looked at, and before they were locked, is seen here: that sync waits.
 *
 * Parameters: client ids, period ids, run ids (parallel arrays), now, when they were admitted or null. Answers the runs
 * it has created.
 */
export const admitPeriods = `
with picked as (
  select k.*
    from unnest($1::text[], $2::text[], $3::text[]) as k (client_id, period_id, run_id)
    join sync_period p on p.client_id = k.client_id and p.id = k.period_id
   where not exists (select from run r where r.client_id = p.client_id and r.sync_id = p.sync_id
                                         and r.finished_at is null offset 0)
), previous as materialized (
  select r.client_id, r.period_id, r.id, r.actor, r.mode, r.models, r.sync_only, r.force, r.rerun_of, r.caused_by, r.reason, r.checkpoint, r.progress,
         r.feed_from
    from picked k
    join sync_period p on p.client_id = k.client_id and p.id = k.period_id
    join run r on r.client_id = p.client_id and r.id = p.run_id
), queued as (
  update sync_period p
     set status = 'queued', run_id = k.run_id, attempt = greatest(p.attempt, 1)
    from picked k
   where p.client_id = k.client_id and p.id = k.period_id
  returning p.*
)
insert into run (client_id, id, sync_id, company_id, connection_id, period_id, trigger, actor, mode, models, sync_only,
                 force, rerun_of, caused_by, reason, range_start, range_finish, due_date, run_date, attempt, checkpoint, progress,
                 feed_from, created_at, admitted_at, lane, cost_seconds)
select q.client_id, q.run_id, q.sync_id, s.company_id, s.connection_id, q.id,
       case when v.id is null then case q.kind when 'chain' then 'schedule' else q.kind end else 'retry' end,
       v.actor, coalesce(v.mode, s.mode), case when v.id is null then s.models else v.models end,
       coalesce(v.sync_only, s.sync_only), coalesce(v.force, false), v.rerun_of, v.caused_by, v.reason,
       q.period_start, q.due_date, q.due_date, q.run_date, q.attempt, v.checkpoint, coalesce(v.progress, '{}'),
       v.feed_from, $4, $5::timestamptz, q.lane, q.cost_seconds
  from queued q
  join sync s on s.client_id = q.client_id and s.id = q.sync_id
  left join previous v on v.client_id = q.client_id and v.period_id = q.id
returning client_id, id, trigger, actor, attempt, range_start, range_finish, models, force`;
