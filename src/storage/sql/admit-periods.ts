/**
 * The periods to queue next: run date reached, no other run of the sync active, one per client in turn
 * (a client of weight 3 takes three places a turn), so that no backlog stands in front of another client.
 * `skip locked` lets the API supersede a period at the same moment without either waiting.
 *
 * Parameters: now, room, client ids to leave out.
 */
export const pickReady = `
with ready as (
  select p.client_id, p.id, p.run_date,
         (row_number() over (partition by p.client_id order by p.run_date, p.id) - 1) / c.weight as turn
    from sync_period p
    join client c on c.id = p.client_id
   where p.status = 'assigned' and p.run_date <= $1 and p.client_id <> all ($3::text[])
     and not exists (select from run r where r.client_id = p.client_id and r.sync_id = p.sync_id
                                         and r.state in ('created', 'running'))
), first as materialized (
  select client_id, id from ready order by turn, run_date, id limit $2
)
select p.client_id, p.id
  from first
 -- One look into the primary key for each of these few. "offset 0" keeps the planner from joining instead: with
 -- 20,000 ready it would read the table, idle periods and all (of a million: 5 s, not 55 ms).
 cross join lateral (
   select client_id, id, status from sync_period
    where client_id = first.client_id and id = first.id
   offset 0
      for update skip locked
 ) p
 where p.status = 'assigned'`;

/**
 * Queues periods and creates a run for each. A retry goes on where the attempt before it got to: it takes
 * over the checkpoint, the counts and what was asked for. Whoever asks for a run locks the open period first,
 * so one asked for after the periods were looked at, and before they were locked, is seen here: that sync waits.
 *
 * Parameters: client ids, period ids, run ids (parallel arrays), now. Answers the runs it has created.
 */
export const admitPeriods = `
with picked as (
  select k.*
    from unnest($1::text[], $2::text[], $3::text[]) as k (client_id, period_id, run_id)
    join sync_period p on p.client_id = k.client_id and p.id = k.period_id
   where not exists (select from run r where r.client_id = p.client_id and r.sync_id = p.sync_id
                                         and r.state in ('created', 'running'))
), previous as (
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
                 feed_from, created_at)
select q.client_id, q.run_id, q.sync_id, s.company_id, s.connection_id, q.id,
       case when v.id is null then case q.kind when 'chain' then 'schedule' else q.kind end else 'retry' end,
       v.actor, coalesce(v.mode, s.mode), case when v.id is null then s.models else v.models end,
       coalesce(v.sync_only, s.sync_only), coalesce(v.force, false), v.rerun_of, v.caused_by, v.reason,
       q.period_start, q.due_date, q.due_date, q.run_date, q.attempt, v.checkpoint, coalesce(v.progress, '{}'),
       v.feed_from, $4
  from queued q
  join sync s on s.client_id = q.client_id and s.id = q.sync_id
  left join previous v on v.client_id = q.client_id and v.period_id = q.id
returning client_id, id, trigger, actor, attempt, range_start, range_finish, models, force`;
