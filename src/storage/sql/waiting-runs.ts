import { waitingInTurn, type WaitingStatements } from './waiting-in-turn.js';

/**
 * Runs that were asked for, each client's in the order in which it asked. `trigger` tells the one kind from the other.
 *
 * Parameters: as of `waitingInTurn`.
 */
const waitingRuns = (trigger: `= 'bulk'` | `<> 'bulk'`): WaitingStatements =>
  waitingInTurn(
    {
      table: 'run',
      waits: `p.admitted_at is null and p.finished_at is null and p.trigger ${trigger}
              and p.client_id = turn.client_id and p.lane = $2`,
      key: ['id'],
      since: 'created_at',
      isFree: 'true',
      connection: 'p.connection_id',
    },
    `select client_id, lane from run
      where admitted_at is null and finished_at is null and trigger ${trigger} and $1::timestamptz is not null`,
  );

export const waitingRequests = waitingRuns(`<> 'bulk'`);
export const waitingBulk = waitingRuns(`= 'bulk'`);
