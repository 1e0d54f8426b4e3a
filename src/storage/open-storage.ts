import type { BackendProfile } from 'pg-boss';
import { BossJobs } from './boss-jobs.js';
import { isUnavailable } from './database-errors.js';
import { DatabaseClock } from './database-clock.js';
import { createDataSource } from './data-source.js';
import { migrate } from './migrate.js';
import type { OpenStorage } from './storage.module.js';

export interface StorageOptions {
  readonly url: string;
  readonly backend: BackendProfile;
  readonly poolSize: number;
  /** Whether this process executes jobs and looks after lost ones. */
  readonly worker: boolean;
  readonly onError: (error: Error) => void;
}

/** Connects, brings the schema up to date and starts the queue. */
export async function openStorage(options: StorageOptions): Promise<OpenStorage & { close(): Promise<void> }> {
  const { url, backend, worker, onError } = options;
  // An outage breaks every idle connection at once; the ticks say it, once.
  const onIdleError = (error: Error): unknown => isUnavailable(error) || onError(error);
  const dataSource = createDataSource({ url, poolSize: options.poolSize, onIdleError });
  const jobs = new BossJobs({ url, backend, worker, onError });
  await dataSource.initialize();
  await migrate(dataSource, jobs);
  return {
    dataSource,
    jobs,
    clock: new DatabaseClock(dataSource),
    close: async () => {
      await jobs.drain(30_000);
      await dataSource.destroy();
    },
  };
}
