import type { ActiveRuns } from '../../domain/load/active-runs.js';
import type { Lane } from '../../domain/load/lane.js';
import { orUndefined } from '../columns.js';

/** Runs that were admitted and have not ended, added up by what they take. As many rows as runs at the most. */
export const activeRuns = `
select r.client_id, k.max_concurrent_runs as client_most, r.connection_id, n.max_concurrent_runs as connection_most,
       n.source_host, r.lane, r.awaiting_until is null as in_pool, count(*)::int as count
  from run r
  join client k on k.id = r.client_id
 cross join lateral (select max_concurrent_runs, source_host from connection
                      where client_id = r.client_id and id = r.connection_id offset 0) n
 where r.admitted_at is not null and r.finished_at is null
 group by 1, 2, 3, 4, 5, 6, 7`;

/** Whose runs count together, as columns. */
export interface PlaceRow {
  readonly client_id: string;
  readonly client_most: number | null;
  readonly connection_id: string;
  readonly connection_most: number | null;
  readonly source_host: string | null;
}

export interface ActiveRunsRow extends PlaceRow {
  readonly lane: Lane;
  readonly in_pool: boolean;
  readonly count: number;
}

export const toPlace = (row: PlaceRow) => ({
  clientId: row.client_id,
  clientMost: orUndefined(row.client_most),
  connectionId: row.connection_id,
  connectionMost: orUndefined(row.connection_most),
  sourceHost: orUndefined(row.source_host),
});

export const toActiveRuns = (row: ActiveRunsRow): ActiveRuns => ({
  ...toPlace(row),
  lane: row.lane,
  inPool: row.in_pool,
  count: row.count,
});
