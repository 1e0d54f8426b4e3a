import { query } from './postgres.js';

export interface FleetRows {
  readonly clientId: string;
  readonly connections: number;
  readonly syncs: number;
  /** Where the runs of all its connections ask. */
  readonly host?: string;
  /** Most runs at the same time over each connection. */
  readonly limit?: number;
  /** Run date of the first period; each of the others a millisecond after the one before. */
  readonly since: Date;
}

/**
 * Syncs of a client in turn over connections, each with a period that has its run date: more than anybody would make one
 * by one. Answers the ids of the connections.
 */
export async function waitingFleet(url: string, fleet: FleetRows): Promise<readonly string[]> {
  const { clientId, connections, syncs, host, limit, since } = fleet;
  const suffix = `lpad(n::text, 4, '0') || right($1, 22)`;
  await query(
    url,
    `with company as (
       insert into company (client_id, id, name, created_at, updated_at) values ($1, 'com_fleet', 'Fleet', now(), now())
         on conflict do nothing)
     insert into connection (client_id, id, company_id, platform, name, state, source_host, max_concurrent_runs, created_at, updated_at)
     select $1, 'con_' || ${suffix}, 'com_fleet', 'none', 'Till', 'linked', $3, $4, now(), now() from generate_series(1, $2::int) n`,
    [clientId, connections, host, limit],
  );
  await query(
    url,
    `insert into sync (client_id, id, connection_id, company_id, created_at, updated_at)
     select $1, 'syn_' || ${suffix}, 'con_' || lpad((1 + (n - 1) % $3::int)::text, 4, '0') || right($1, 22), 'com_fleet', now(), now()
       from generate_series(1, $2::int) n`,
    [clientId, syncs, connections],
  );
  await query(
    url,
    `insert into sync_period (client_id, id, sync_id, status, period_start, due_date, run_date, run_date_reason,
                              time_zone_data, created_at, connection_id, source_host)
     select $1, 'per_' || ${suffix}, 'syn_' || ${suffix}, 'assigned', $3::timestamptz - interval '1 day', $3,
            $3::timestamptz + n * interval '1 millisecond', 'on_time', 'test', $3,
            'con_' || lpad((1 + (n - 1) % $4::int)::text, 4, '0') || right($1, 22), coalesce($5, '')
       from generate_series(1, $2::int) n`,
    [clientId, syncs, since, connections, host],
  );
  const rows = await query<{ id: string }>(url, 'select id from connection where client_id = $1 order by id', [
    clientId,
  ]);
  return rows.map(({ id }) => id);
}
