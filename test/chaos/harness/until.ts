import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosDatabase } from './chaos-database.js';

const POLL = 300;

/** Waits until every sync is done up to its due date; answers who is not after so many milliseconds. Only a wait: what was done is checked apart. */
export function untilDone(
  database: ChaosDatabase,
  owed: ReadonlyMap<string, number>,
  patience: number,
): Promise<readonly string[]> {
  return until(patience, async () => {
    const rows = await database.sql<{ id: string; watermark: Date | null; active: boolean }>(
      `select s.id, s.watermark,
              exists (select from run r where r.client_id = s.client_id and r.sync_id = s.id
                                          and r.state in ('created', 'running')) as active
         from sync s`,
    );
    return rows
      .filter(({ id, watermark, active }) => active || (watermark?.getTime() ?? 0) < (owed.get(id) ?? 0))
      .map(
        ({ id, watermark }) =>
          `sync ${id} is not done after ${patience / 1000} s: ${watermark?.toISOString() ?? 'nothing yet'}`,
      );
  });
}

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
