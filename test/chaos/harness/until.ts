import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosDatabase } from './chaos-database.js';

const POLL = 300;

export interface Done {
  /** The due date up to which each sync is to be done. */
  readonly owed: ReadonlyMap<string, number>;
  /** Milliseconds. */
  readonly patience: number;
  /** How many may owe something all the same. */
  readonly most: number;
}

interface SyncRow {
  readonly id: string;
  readonly watermark: Date | null;
  readonly active: boolean;
  readonly now: Date;
  /** Its open period and the run of it, for whoever looks for the cause. */
  readonly open: unknown;
}

const SYNCS = `
  select s.id, s.watermark, r.id is not null as active, test_clock.clock_timestamp() as now,
         jsonb_build_object('status', p.status, 'dueDate', p.due_date, 'runDate', p.run_date, 'attempt', p.attempt,
                            'run', r.state, 'admittedAt', r.admitted_at, 'startedAt', r.started_at,
                            'job', (select jsonb_agg(jsonb_build_object('name', j.name, 'state', j.state,
                                            'retries', j.retry_count, 'after', j.start_after))
                                      from pgboss.job j where j.data ->> 'runId' = r.id)) as open
    from sync s
    left join sync_period p on p.client_id = s.client_id and p.sync_id = s.id
                           and p.status in ('planned', 'assigned', 'queued', 'running')
    left join run r on r.client_id = s.client_id and r.sync_id = s.id and r.state in ('created', 'running')`;

/** Waits until syncs are done up to their due dates; answers who is not. Only a wait: what was done is checked apart. */
export function untilDone(database: ChaosDatabase, { owed, patience, most }: Done): Promise<readonly string[]> {
  return until(patience, async () => {
    const rows = await database.sql<SyncRow>(SYNCS);
    const missing = rows.filter(
      ({ id, watermark, active }) => active || (watermark?.getTime() ?? 0) < (owed.get(id) ?? 0),
    );
    return missing.length > most ? missing.map((row) => late(row, patience)) : [];
  });
}

const late = ({ id, watermark, now, open }: SyncRow, patience: number): string =>
  `sync ${id} is not done after ${patience / 1000} s, at ${now.toISOString()}: ` +
  `${watermark?.toISOString() ?? 'nothing yet'} ${JSON.stringify(open)}`;

/** Waits until nothing that is due is still to be sent. */
export function untilDelivered(database: ChaosDatabase, patience: number): Promise<readonly string[]> {
  return until(patience, async () => {
    const rows = await database.sql<{ id: string }>(
      `select message_id as id from webhook_delivery
        where state = 'pending' and next_attempt_at < test_clock.clock_timestamp()`,
    );
    return rows.map(({ id }) => `message ${id} is not sent after ${patience / 1000} s`);
  });
}

async function until(patience: number, missing: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const end = performance.now() + patience;
  for (;;) {
    // The server may be away just now.
    const found = await missing().catch((error: unknown) => [String(error)]);
    if (found.length === 0 || performance.now() > end) return found;
    await sleep(POLL);
  }
}
