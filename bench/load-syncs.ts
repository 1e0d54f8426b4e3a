import type { Client } from 'pg';

export interface SyncsToLoad {
  readonly count: number;
  readonly clients: number;
  readonly dueDate: Date;
  /** The nth sync is due so many milliseconds after the first. */
  readonly apart?: number;
  /** Expected seconds of a run, as measured by earlier ones. */
  readonly cost: number;
}

/**
 * Syncs of companies of their own, each with a connection that reads nothing and a planned period, daily at midnight.
 * Set-based and without looking up foreign keys: this is not what is measured.
 */
export async function loadSyncs(
  superuser: Client,
  { count, clients, dueDate, apart = 0, cost }: SyncsToLoad,
): Promise<void> {
  await superuser.query('set session_replication_role = replica');
  await superuser.query(
    `truncate client, company, connection, sync, sync_period, run, run_log, webhook_message, webhook_delivery,
              webhook_attempt, webhook_endpoint, client_turn cascade`,
  );
  await superuser.query('truncate pgboss.job');
  await superuser.query(
    `insert into client (id, name, created_at, updated_at)
     select 'cli_' || lpad(n::text, 26, '0'), 'Client ' || n, now(), now() from generate_series(1, $1) n`,
    [clients],
  );
  await superuser.query('create temp table if not exists loaded (client_id text, suffix text, n integer)');
  await superuser.query('truncate loaded');
  await superuser.query(
    `insert into loaded select 'cli_' || lpad((1 + n % $2)::text, 26, '0'), lpad(n::text, 26, '0'), n
       from generate_series(1, $1) n`,
    [count, clients],
  );
  await superuser.query(
    `insert into company (client_id, id, name, created_at, updated_at)
     select client_id, 'com_' || suffix, 'Company ' || n, now(), now() from loaded`,
  );
  await superuser.query(
    `insert into connection (client_id, id, company_id, platform, name, state, created_at, updated_at)
     select client_id, 'con_' || suffix, 'com_' || suffix, 'noop', 'Shop', 'linked', now(), now() from loaded`,
  );
  await superuser.query(
    `insert into sync (client_id, id, connection_id, company_id, state, selected_frequency, frequency_options, start_date,
                       sync_hour, sync_hour_source, time_zone, configured_at, chain_start, watermark, average_run_seconds,
                       created_at, updated_at)
     select client_id, 'syn_' || suffix, 'con_' || suffix, 'com_' || suffix, 'active', 'Daily', '{Daily}',
            ($1::timestamptz - interval '3 days')::date, 0, 'request', 'Etc/UTC', $1::timestamptz - interval '3 days',
            $1::timestamptz - interval '1 day', $1::timestamptz - interval '1 day', $2, now(), now()
       from loaded`,
    [dueDate, cost],
  );
  await superuser.query(
    `insert into sync_period (client_id, id, sync_id, period_start, due_date, cost_seconds, time_zone_data, created_at)
     select client_id, 'per_' || suffix, 'syn_' || suffix, $1::timestamptz - interval '1 day',
            $1::timestamptz + (n - 1) * $3 * interval '1 millisecond', $2, $4, now()
       from loaded`,
    // Of older time zone data, the product would move what is due to the next midnight.
    [dueDate, cost, apart, process.versions.tz],
  );
  await superuser.query('set session_replication_role = origin');
  for (const statement of ['vacuum analyze', 'checkpoint']) await superuser.query(statement);
}

/** How many periods have been settled and chained, and how many messages were written. */
export async function settledCounts(superuser: Client) {
  const { rows } = await superuser.query<{ settled: number; chained: number; messages: number; finished: Date }>(
    `select (select count(*)::int from sync_period where status = 'succeeded') as settled,
            (select count(*)::int from sync_period where status in ('planned', 'assigned') and is_initial is false) as chained,
            (select count(*)::int from webhook_message where type = 'sync.period.completed') as messages,
            (select max(settled_at) from sync_period) as finished`,
  );
  const [row] = rows;
  if (!row) throw new Error('No counts.');
  return row;
}
