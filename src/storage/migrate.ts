import type { DataSource } from 'typeorm';
import type { BossJobs } from './boss-jobs.js';

/** Any number; the same for every process of every version, so that only one migrates at a time. */
const MIGRATION_LOCK = 4_871_263_190;

const grantQueue = `
grant usage on schema pgboss to meridian_app, meridian_dispatcher;
grant select, insert, update, delete on all tables in schema pgboss to meridian_app, meridian_dispatcher;
grant execute on all functions in schema pgboss to meridian_app, meridian_dispatcher;
`;

/**
 * Brings the schema and the queue's schema up to date. Many processes may start at once: one migrates,
 * the others wait and find nothing to do.
 */
export async function migrate(dataSource: DataSource, jobs: BossJobs): Promise<void> {
  const lock = dataSource.createQueryRunner();
  try {
    // However long the one that migrates takes.
    await lock.query('set statement_timeout = 0');
    await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await dataSource.runMigrations({ transaction: 'each' });
    await jobs.start();
    await lock.query(grantQueue);
  } finally {
    await lock.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await lock.query('reset statement_timeout').catch(() => undefined);
    await lock.release();
  }
}
