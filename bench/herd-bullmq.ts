import { setTimeout as sleep } from 'node:timers/promises';
import { startRedis } from './redis-server.js';

/** What the bench uses of BullMQ, which need not be installed. */
interface BullMq {
  readonly Queue: new (
    name: string,
    options: object,
  ) => {
    upsertJobScheduler(id: string, repeat: object, template: object): Promise<unknown>;
    close(): Promise<void>;
  };
  readonly Worker: new (
    name: string,
    processor: () => Promise<void>,
    options: object,
  ) => {
    on(event: 'completed', listener: () => void): unknown;
    close(): Promise<void>;
  };
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';

/** BullMQ, or why it cannot be measured. */
async function load(): Promise<BullMq | string> {
  // Not a literal: the product is type-checked and built without it.
  const name: string = 'bullmq';
  try {
    return (await import(name)) as BullMq;
  } catch (error) {
    if (!isMissing(error)) throw error;
    return 'BullMQ is not installed: npm ci --prefix bench';
  }
}

/** Jobs a second of so many job schedulers that are due at once; or why there is no figure. Nothing is done in a job. */
export async function herdOfBullMq(count: number): Promise<number | string> {
  const bullMq = await load();
  if (typeof bullMq === 'string') return bullMq;
  const redis = await startRedis();
  if (!redis) return 'Redis is not installed: Debian has it as redis-server';
  try {
    return await measured(bullMq, { path: redis.socket, maxRetriesPerRequest: null }, count);
  } finally {
    await redis.stop();
  }
}

async function measured({ Queue, Worker }: BullMq, connection: object, count: number): Promise<number> {
  const queue = new Queue('herd', { connection });
  const due = new Date(Math.ceil((Date.now() + 3_000 + count * 3) / 1_000) * 1_000);
  const pattern = [
    due.getUTCSeconds(),
    due.getUTCMinutes(),
    due.getUTCHours(),
    due.getUTCDate(),
    due.getUTCMonth() + 1,
  ];
  const repeat = { pattern: `${pattern.join(' ')} *`, tz: 'UTC' };
  for (let n = 0; n < count; n += 500) {
    const some = Array.from({ length: Math.min(500, count - n) }, (_, index) => n + index);
    await Promise.all(some.map((id) => queue.upsertJobScheduler(`sync-${id}`, repeat, { name: 'sync', data: { id } })));
  }
  if (Date.now() >= due.getTime()) throw new Error('The job schedulers were due before all of them were there.');
  const jobs = { completed: 0, last: 0 };
  const worker = new Worker('herd', () => Promise.resolve(), { connection, concurrency: 200 });
  worker.on('completed', () => {
    jobs.completed += 1;
    jobs.last = Date.now();
  });
  while (jobs.completed < count) await sleep(20);
  await worker.close();
  await queue.close();
  return count / ((jobs.last - due.getTime()) / 1_000);
}
