import { setTimeout as sleep } from 'node:timers/promises';
import { PgBoss } from 'pg-boss';
import { startEngine } from './engine.js';

const MINUTE = 60_000;

/** Jobs a second of so many pg-boss schedules that are due in the same minute. It looks as often as it can be told to. */
export async function herdOfPgBoss(count: number): Promise<number> {
  const engine = await startEngine();
  const boss = new PgBoss({
    connectionString: engine.url,
    schema: 'herd',
    cronMonitorIntervalSeconds: 1,
    cronWorkerIntervalSeconds: 1,
  });
  boss.on('error', (error) => process.stderr.write(`${error.message}\n`));
  try {
    await boss.start();
    await boss.createQueue('sync');
    const due = new Date(Math.ceil((Date.now() + 10_000 + count * 5) / MINUTE) * MINUTE);
    const cron = `${due.getUTCMinutes()} ${due.getUTCHours()} * * *`;
    for (let n = 0; n < count; n += 1) await boss.schedule('sync', cron, { n }, { key: `sync-${n}` });
    if (Date.now() >= due.getTime()) throw new Error('The schedules were due before all of them were there.');
    const jobs = { done: 0, last: 0 };
    await boss.work('sync', { batchSize: 500, pollingIntervalSeconds: 0.5 }, (batch: readonly unknown[]) => {
      jobs.done += batch.length;
      jobs.last = Date.now();
      return Promise.resolve();
    });
    while (jobs.done < count) await sleep(50);
    return count / ((jobs.last - due.getTime()) / 1_000);
  } finally {
    await boss.stop({ graceful: false });
    await engine.close();
  }
}
