/**
 * Admitted runs whose job is gone: it gave up, or its process died between the run and the end of the job. Nobody would
 * look at them again, and each blocks its sync. A job too many does no harm: a run is taken by one worker at a time.
 * For those that await the answer of the client's own code, no job is meant to stand.
 *
 * Parameter: made before.
 */
export const runsWithoutJob = `
select r.client_id as "clientId", r.id as "runId"
  from run r
 where r.admitted_at is not null and r.finished_at is null and r.awaiting_until is null and r.created_at < $1
   and not exists (select from pgboss.job j
                    where j.name in ('run', 'lost-run') and j.state < 'completed' and j.data ->> 'runId' = r.id)
 limit 1000`;
