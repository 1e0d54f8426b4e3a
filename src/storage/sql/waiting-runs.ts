import { waitingInTurn } from './waiting-in-turn.js';

/**
 * Runs that were asked for, each client's in the order in which it asked; without those whose connection or host has no
 * room. `trigger` tells the one kind from the other.
 *
 * Parameters: as of `waitingPeriods`.
 */
const waitingRuns = (trigger: `= 'bulk'` | `<> 'bulk'`): string => {
  const waits = `admitted_at is null and finished_at is null and trigger ${trigger}`;
  return waitingInTurn({
    few: `select client_id, lane from run where ${waits} and $1::timestamptz is not null`,
    ofClient: `
   select r.id, r.created_at as since, r.connection_id, n.max_concurrent_runs as connection_most, n.source_host
     from run r
    cross join lateral (select max_concurrent_runs, source_host from connection
                         where client_id = r.client_id and id = r.connection_id offset 0) n
    where ${waits} and r.client_id = turn.client_id and r.lane = $2
      and r.connection_id <> all ($6::text[]) and (n.source_host is null or n.source_host <> all ($7::text[]))
    order by r.id`,
  });
};

export const waitingRequests = waitingRuns(`<> 'bulk'`);
export const waitingBulk = waitingRuns(`= 'bulk'`);
