import { setTimeout as sleep } from 'node:timers/promises';
import { startEngine } from './engine.js';
import { loadSyncs } from './load-syncs.js';
import { percentile, print } from './measure.js';

const SECONDS = 60;
const CONCURRENCY = 50;

/** Row 6: syncs due one after the other; how long after its run date each was started, over a minute. */
export async function benchPunctuality(perSecond: number): Promise<void> {
  const engine = await startEngine();
  const count = perSecond * SECONDS;
  try {
    const dueDate = new Date(Date.now() + 15_000 + count);
    await loadSyncs(engine.superuser, { count, clients: 100, dueDate, apart: 1_000 / perSecond, cost: 0.01 });
    const meridian = await engine.open({ roles: 'dispatcher,worker', concurrency: CONCURRENCY });
    const query = `select extract(epoch from started_at - run_date)::float8 as late from run where finished_at is not null`;
    const finished = async () => (await engine.superuser.query<{ late: number }>(query)).rows;
    await sleep(dueDate.getTime() - Date.now() + SECONDS * 1_000);
    while ((await finished()).length < count) await sleep(500);
    const late = (await finished()).map((row) => row.late);
    await meridian.close();
    const [half, most, last] = [0.5, 0.99, 1].map((part) => percentile(late, part).toFixed(2));
    print(
      `Row 6: ${perSecond} runs/s for a minute, start after run date: p50 ${half} s, p99 ${most} s, max ${last} s.`,
    );
  } finally {
    await engine.close();
  }
}
