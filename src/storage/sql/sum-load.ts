/**
 * Adds the next day at most of what has ended to the minutes it concerns, and notes up to when. One process at a time:
 * another finds nothing to do. Where nothing has ended it stays where it is.
 *
 * Parameter: the instant before which all that has ended has also been committed.
 */
export const sumLoad = `
with span as materialized (
  select up_to as since,
         case when up_to = '-infinity' then $1::timestamptz else least($1, up_to + interval '1 day') end as until
    from load_summed
   where up_to < $1 and exists (select from ended_run where finished_at >= up_to) for update skip locked
), moved as (
  update load_summed set up_to = span.until from span
)
insert into load_minute as m (minute, planned, planned_seconds, due, due_seconds, started, finished, failed, aborted, ended)
select date_trunc('minute', instant, 'UTC'), sum(planned), sum(planned_seconds), sum(due), sum(due_seconds), sum(started),
       sum(finished), sum(failed), sum(aborted), sum(ended)
  from ended_run
 cross join lateral (values
   (run_date, 1, cost_seconds, 0, 0::real, 0, 0, 0, 0, 0),
   (wanted_date, 0, 0, 1, cost_seconds, 0, 0, 0, 0, 0),
   (started_at, 0, 0, 0, 0, 1, 0, 0, 0, 0),
   (finished_at, 0, 0, 0, 0, 0, 1, (state = 'errored')::int, (state = 'aborted')::int, (started_at is not null)::int)
 ) as part (instant, planned, planned_seconds, due, due_seconds, started, finished, failed, aborted, ended)
 where finished_at >= (select since from span) and finished_at < (select until from span) and instant is not null
 group by 1
    on conflict (minute) do update
   set planned = m.planned + excluded.planned, planned_seconds = m.planned_seconds + excluded.planned_seconds,
       due = m.due + excluded.due, due_seconds = m.due_seconds + excluded.due_seconds,
       started = m.started + excluded.started, finished = m.finished + excluded.finished,
       failed = m.failed + excluded.failed, aborted = m.aborted + excluded.aborted, ended = m.ended + excluded.ended`;
