import type { Client } from 'pg';

/** Rows written with one statement. */
const BATCH = 500;

const loaded = 'loaded l where l.n > $1 and l.n <= $2';

/** What admitting a period writes: the period queued, its run, the first line of its log, its job. */
const admit = [
  `update sync_period p set status = 'queued', run_id = 'run_' || l.suffix, attempt = 1 from ${loaded}
     and p.client_id = l.client_id and p.id = 'per_' || l.suffix`,
  `insert into run (client_id, id, sync_id, company_id, connection_id, period_id, trigger, range_start, range_finish,
                    due_date, run_date, attempt, created_at, admitted_at)
   select l.client_id, 'run_' || l.suffix, 'syn_' || l.suffix, 'com_' || l.suffix, 'con_' || l.suffix, 'per_' || l.suffix,
          'schedule', now() - interval '1 day', now(), now(), now(), 1, now(), now() from ${loaded}`,
  `insert into run_log (client_id, run_id, sequence, at, level, message)
   select l.client_id, 'run_' || l.suffix, 1, now(), 'info', repeat('x', 90) from ${loaded}`,
  `insert into pgboss.job_common (name, data, policy, dead_letter, heartbeat_seconds)
   select 'run', json_build_object('clientId', l.client_id, 'runId', 'run_' || l.suffix), 'standard', 'lost-run', 15
     from ${loaded}`,
];
/** What taking it writes. */
const start = [
  `update pgboss.job_common j set state = 'active', started_on = now(), heartbeat_on = now() from ${loaded}
     and j.name = 'run' and j.data ->> 'runId' = 'run_' || l.suffix`,
  `update run r set state = 'running', owner_token = gen_random_uuid(), started_at = now(), feed_from = 0 from ${loaded}
     and r.client_id = l.client_id and r.id = 'run_' || l.suffix`,
  `update sync_period p set status = 'running', owner_token = gen_random_uuid() from ${loaded}
     and p.client_id = l.client_id and p.id = 'per_' || l.suffix`,
];
/** What settling it writes: run, period, sync, the next period, three lines and a message. Its job is done. */
const settle = [
  `update run r set state = 'completed', owner_token = null, finished_at = now(), listed_at = now(), status_code = 2040,
          status = 'No data', progress = '{"nothing": {"done": true, "pages": 0}}' from ${loaded}
     and r.client_id = l.client_id and r.id = 'run_' || l.suffix`,
  `update sync_period p set status = 'succeeded', owner_token = null, settled_at = now() from ${loaded}
     and p.client_id = l.client_id and p.id = 'per_' || l.suffix`,
  `update sync s set watermark = p.due_date, last_sequence = 1, average_run_seconds = 0.1, updated_at = now()
     from sync_period p, ${loaded}
     and p.client_id = l.client_id and p.id = 'per_' || l.suffix and s.client_id = l.client_id and s.id = 'syn_' || l.suffix`,
  `insert into sync_period (client_id, id, sync_id, period_start, due_date, time_zone_data, created_at)
   select l.client_id, 'pe2_' || l.suffix, 'syn_' || l.suffix, now(), now() + interval '1 day', 'bench', now() from ${loaded}`,
  `insert into run_log (client_id, run_id, sequence, at, level, message)
   select l.client_id, 'run_' || l.suffix, line, now(), 'info', repeat('x', 90) from generate_series(2, 4) line, ${loaded}`,
  `insert into webhook_message (client_id, id, type, company_id, connection_id, sync_id, period_id, run_id, sequence, body,
                                created_at)
   select l.client_id, 'msg_' || l.suffix, 'sync.period.completed', 'com_' || l.suffix, 'con_' || l.suffix, 'syn_' || l.suffix,
          'per_' || l.suffix, 'run_' || l.suffix, 1, repeat('x', 900), now() from ${loaded}`,
  `update pgboss.job_common j set state = 'completed', completed_on = now() from ${loaded}
     and j.name = 'run' and j.data ->> 'runId' = 'run_' || l.suffix`,
];

/** Runs a second, when nothing but the rows of a herd is written: by one connection, 500 a statement, each step committed. */
export async function bareWrites(superuser: Client, count: number): Promise<number> {
  await superuser.query(`update sync_period set status = 'assigned', run_date = due_date, run_date_reason = 'on_time'`);
  // The bare writes find their jobs by what is in them; pg-boss has their ids.
  await superuser.query(`create index if not exists bare_jobs on pgboss.job_common ((data ->> 'runId'))`);
  for (const statement of ['analyze loaded', 'vacuum analyze sync_period', 'checkpoint'])
    await superuser.query(statement);
  const begun = performance.now();
  for (let from = 0; from < count; from += BATCH) {
    for (const step of [admit, start, settle]) {
      await superuser.query('begin');
      for (const statement of step) await superuser.query(statement, [from, from + BATCH]);
      await superuser.query('commit');
    }
  }
  const seconds = (performance.now() - begun) / 1_000;
  await superuser.query('drop index pgboss.bare_jobs');
  return count / seconds;
}
