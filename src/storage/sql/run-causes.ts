/**
 * A run and the runs it goes back to, nearest first. No run is older than its cause, so the way ends.
 *
 * Parameters: client id, run id.
 */
export const runCauses = `
with recursive cause as (
  select r.id, r.sync_id, r.caused_by, 0 as step
    from run r where r.client_id = $1 and r.id = $2
  union all
  select r.id, r.sync_id, r.caused_by, cause.step + 1
    from cause join run r on r.client_id = $1 and r.id = cause.caused_by
)
select id, sync_id as "syncId" from cause order by step`;
