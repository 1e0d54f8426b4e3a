import { waitingInTurn } from './waiting-in-turn.js';

/**
 * Periods whose run date is reached, each client's by run date; without those of a sync with an active run.
 *
 * Parameters: as of `waitingInTurn`.
 */
export const waitingPeriods = waitingInTurn(
  {
    table: 'sync_period',
    waits: `p.status = 'assigned' and p.client_id = turn.client_id and p.lane = $2`,
    readyAt: 'run_date',
    key: ['run_date', 'id'],
    since: 'run_date',
    isFree: `not exists (select from run r where r.client_id = p.client_id and r.sync_id = p.sync_id
                                             and r.finished_at is null offset 0)`,
    connection: '(select connection_id from sync where client_id = p.client_id and id = p.sync_id)',
  },
  `select client_id, lane from sync_period where status = 'assigned' and run_date <= $1 order by run_date`,
);
