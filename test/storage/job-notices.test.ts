import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECOND } from '../../src/domain/time/instant.js';
import { openStorage } from '../../src/storage/open-storage.js';
import { StoreFactory } from '../../src/storage/store-factory.js';
import { TypeormDatabase } from '../../src/storage/typeorm-database.js';
import { eventually } from '../support/eventually.js';
import { createTestDatabase, query, type TestDatabase } from '../support/postgres.js';

type Storage = Awaited<ReturnType<typeof openStorage>>;

/** Far more than are taken within a second by somebody who looks once a second. */
const JOBS = 30;

describe('a worker of another process', () => {
  let database: TestDatabase;
  let dispatcher: Storage;
  let worker: Storage;
  const taken: string[] = [];
  const errors: Error[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    const open = (isWorker: boolean) =>
      openStorage({
        url: database.url,
        backend: 'postgres',
        poolSize: 2,
        worker: isWorker,
        onError: (error) => errors.push(error),
      });
    [dispatcher, worker] = [await open(false), await open(true)];
    await worker.jobs.work('run', { concurrency: 1 }, async ({ data }) => void taken.push(data.runId));
  });
  afterAll(async () => {
    await dispatcher.close();
    await worker.close();
    await database.drop();
  });

  it('is told of each run, and does not wait for its next look', async () => {
    const begun = performance.now();
    for (let n = 0; n < JOBS; n += 1) await takenAfterEnqueueing(`told${n}`);
    expect(performance.now() - begun).toBeLessThan((JOBS / 2) * SECOND);
  });

  it('is not told of what was taken back', async () => {
    await expect(
      enqueue('gone', () => {
        throw new Error('taken back');
      }),
    ).rejects.toThrow('taken back');
    await takenAfterEnqueueing('kept');
    expect(taken).not.toContain('gone');
  });

  it('finds runs that nobody could tell it of, and is told again later; what hinders that is no news', async () => {
    const listeners = () =>
      query<{ pid: number }>(
        database.superuserUrl,
        `select pid from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()
            and (query like 'LISTEN%' or query like '%pg_listening_channels%')`,
      );
    const [before, ...more] = await listeners();
    expect(more).toEqual([]);
    await query(database.superuserUrl, 'select pg_terminate_backend($1)', [before?.pid]);
    await takenAfterEnqueueing('untold');
    await eventually(async () => (await listeners()).some(({ pid }) => pid !== before?.pid), {
      what: 'a new listener',
    });
    await takenAfterEnqueueing('told again');
    expect(errors).toEqual([]);
  });

  async function takenAfterEnqueueing(runId: string): Promise<void> {
    await enqueue(runId);
    await eventually(() => taken.includes(runId), { what: `${runId} to be taken` });
  }

  const enqueue = (runId: string, then: () => void = () => undefined): Promise<void> =>
    new TypeormDatabase(dispatcher.dataSource, new StoreFactory(dispatcher.jobs)).asDispatcher(async ({ jobs }) => {
      await jobs.enqueueRuns([{ clientId: 'cli', runId }]);
      then();
    });
});
