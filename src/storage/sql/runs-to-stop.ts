/**
 * Which of the runs in a worker's hands are to stop, and why. A row that is gone was deleted with its sync.
 *
 * Parameters: client ids, run ids (parallel arrays).
 */
export const runsToStop = `
select mine.run_id as "runId",
       case when r.id is null then 'deleted'
            when r.abort_requested_at is not null then 'abort_requested'
            else 'connection_unlinked' end as because
  from unnest($1::text[], $2::text[]) as mine (client_id, run_id)
  left join run r on r.client_id = mine.client_id and r.id = mine.run_id
  left join connection c on c.client_id = r.client_id and c.id = r.connection_id
 where r.id is null or r.abort_requested_at is not null or c.state = 'unlinked'`;
