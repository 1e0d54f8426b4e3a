import { waitingInTurn } from './waiting-in-turn.js';

/**
 * Periods whose run date is reached. Left out before any is counted: those of a sync with an active run, and those whose
 * connection or host has no room. The lateral parts with "offset 0" are looks into primary keys, a few for each row
 * answered; joined, the planner would read tables (of a million syncs: 5 s).
 *
 * Parameters: now, lane, how many, places by client as JSON, clients to leave out, connections and hosts without room.
 */
export const waitingPeriods = waitingInTurn({
  few: `select client_id, lane from sync_period where status = 'assigned' and run_date <= $1 order by run_date`,
  ofClient: `
   select p.id, p.run_date as since, s.connection_id, n.max_concurrent_runs as connection_most, n.source_host
     from sync_period p
    cross join lateral (select connection_id from sync
                         where client_id = p.client_id and id = p.sync_id offset 0) s
    cross join lateral (select max_concurrent_runs, source_host from connection
                         where client_id = p.client_id and id = s.connection_id offset 0) n
    where p.status = 'assigned' and p.client_id = turn.client_id and p.lane = $2 and p.run_date <= $1
      and not exists (select from run r where r.client_id = p.client_id and r.sync_id = p.sync_id
                                          and r.finished_at is null offset 0)
      and s.connection_id <> all ($6::text[]) and (n.source_host is null or n.source_host <> all ($7::text[]))
    order by p.run_date, p.id`,
});
