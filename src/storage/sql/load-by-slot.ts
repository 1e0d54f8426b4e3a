import type { LoadCounts } from '../../ports/load.js';
import { toInstant } from '../columns.js';

/**
 * What was planned, begun and ended in each slot of a span, in one statement, so that a run that is just being made of
 * its period is counted once, as is one that is just being summed. What has been summed over all clients is read by the
 * minute; what has ended since then, or was a client's, run by run. Slots in which nothing was are left out. The row without a slot tells in `started` how many
 * runs had begun before the span and not ended.
 *
 * Parameters: start of the span, its end, length of a slot as an interval, client id or null for all.
 */
export const loadBySlot = `
with one as (
  select run_date, wanted_date, started_at, finished_at, state, cost_seconds
    from ended_run
   where (run_date >= $1 and run_date < $2 or wanted_date >= $1 and wanted_date < $2
          or started_at >= $1 and started_at < $2 or finished_at >= $1 and finished_at < $2
          or started_at < $1 and finished_at >= $2)
     and ($4::text is not null or finished_at >= (select up_to from load_summed))
     and ($4::text is null or client_id = $4)
  union all
  -- Load moves only what a schedule made: all else is wanted when it runs.
  select run_date, case when trigger = 'schedule' then due_date else run_date end, started_at, null, state, cost_seconds
    from run where finished_at is null and ($4::text is null or client_id = $4)
  union all
  -- Periods that wait for their run date. Those that have had a run are tried again.
  select run_date, case when run_id is null then due_date else run_date end, null, null, null, cost_seconds
    from sync_period where status = 'assigned' and ($4::text is null or client_id = $4)
), alike as (
  select case when run_date >= $1 and run_date < $2 then date_bin($3::interval, run_date, $1) end as run_slot,
         case when wanted_date >= $1 and wanted_date < $2 then date_bin($3::interval, wanted_date, $1) end as wanted_slot,
         case when started_at >= $1 and started_at < $2 then date_bin($3::interval, started_at, $1) end as start_slot,
         case when finished_at >= $1 and finished_at < $2 then date_bin($3::interval, finished_at, $1) end as end_slot,
         case when started_at < $1 and (finished_at >= $1 or finished_at is null) then '-infinity'::timestamptz end
           as before,
         state, started_at is not null as has_begun, count(*)::int as runs, sum(cost_seconds::float8) as seconds
    from one group by 1, 2, 3, 4, 5, 6, 7
  union all
  -- Those without a run date yet, of which there may be a million, are planned for when they are due.
  select date_bin($3::interval, due_date, $1), date_bin($3::interval, due_date, $1), null, null, null, null, false,
         count(*)::int, sum(cost_seconds::float8)
    from sync_period
   where status = 'planned' and due_date >= $1 and due_date < $2 and ($4::text is null or client_id = $4)
   group by 1
), part as (
  select part.* from alike
   cross join lateral (values
     (run_slot, runs, seconds, 0, 0::float8, 0, 0, 0, 0, 0),
     (wanted_slot, 0, 0, runs, seconds, 0, 0, 0, 0, 0),
     (start_slot, 0, 0, 0, 0, runs, 0, 0, 0, 0),
     (before, 0, 0, 0, 0, runs, 0, 0, 0, 0),
     (end_slot, 0, 0, 0, 0, 0, runs, case state when 'errored' then runs else 0 end,
      case state when 'aborted' then runs else 0 end, case when has_begun then runs else 0 end)
   ) as part (slot, planned, planned_seconds, due, due_seconds, started, finished, failed, aborted, ended)
  union all
  select date_bin($3::interval, minute, $1), planned, planned_seconds, due, due_seconds, started, finished, failed,
         aborted, ended
    from load_minute where $4::text is null and minute >= $1 and minute < $2
  union all
  select '-infinity', 0, 0, 0, 0, count(*)::int, 0, 0, 0, 0
    from ended_run
   where $4::text is null and started_at < $1 and finished_at >= $1 and finished_at < (select up_to from load_summed)
)
select nullif(slot, '-infinity') as slot, sum(planned)::int as planned, sum(planned_seconds) as planned_seconds,
       sum(due)::int as due, sum(due_seconds) as due_seconds, sum(started)::int as started, sum(finished)::int as finished,
       sum(failed)::int as failed, sum(aborted)::int as aborted, sum(ended)::int as ended
  from part
 where slot is not null
 group by slot`;

export interface LoadRow {
  readonly slot: Date | null;
  readonly planned: number;
  readonly planned_seconds: number;
  readonly due: number;
  readonly due_seconds: number;
  readonly started: number;
  readonly finished: number;
  readonly failed: number;
  readonly aborted: number;
  readonly ended: number;
}

export const toLoadCounts = (rows: readonly LoadRow[]): LoadCounts => ({
  runningBefore: rows.find(({ slot }) => slot === null)?.started ?? 0,
  slots: rows.flatMap(({ slot, planned_seconds: plannedSeconds, due_seconds: dueSeconds, ...counts }) =>
    slot === null ? [] : [{ ...counts, start: toInstant(slot), plannedSeconds, dueSeconds }],
  ),
});
