/**
 * What the succeeded periods of a sync cover, those that follow on from one another joined. A year of a sync that runs
 * every minute is half a million periods and, when nothing is missing, one stretch. A new chain begins its own; one of
 * nothing but ranges asked for by hand stands apart from the chain, as in a gap that was declared.
 *
 * Parameters: client id, sync id.
 */
export const coveredStretches = `
select min(period_start) as period_start, max(due_date) as due_date, bool_or(is_initial) as is_initial,
       bool_and(kind = 'range') as is_apart
  from (select *, count(*) filter (where begins) over (order by period_start, due_date) as stretch
          from (select period_start, due_date, is_initial, kind,
                       is_initial or period_start is distinct from lag(due_date) over (order by period_start, due_date) as begins
                  from sync_period
                 where client_id = $1 and sync_id = $2 and status = 'succeeded') p) p
 group by stretch order by 1`;
