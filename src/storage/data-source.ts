import { DataSource } from 'typeorm';
import { Tenancy1763769600001 } from '../../migrations/0001-tenancy.js';
import { Syncs1763769600002 } from '../../migrations/0002-syncs.js';
import { Records1763769600003 } from '../../migrations/0003-records.js';
import { Webhooks1763769600004 } from '../../migrations/0004-webhooks.js';
import { SyncFlow1763769600005 } from '../../migrations/0005-sync-flow.js';
import { Service1763769600006 } from '../../migrations/0006-service.js';
import { RunParameters1763769600007 } from '../../migrations/0007-run-parameters.js';
import { tables } from './tables/tables.js';

export interface DataSourceOptions {
  readonly url: string;
  /** Most connections this process opens. */
  readonly poolSize: number;
  readonly onIdleError: (error: Error) => unknown;
}

/** The one data source of a process; not yet connected. */
export function createDataSource({ url, poolSize, onIdleError }: DataSourceOptions): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    poolSize,
    poolErrorHandler: onIdleError,
    entities: tables,
    parseInt8: true,
    installExtensions: false,
    migrations: [
      Tenancy1763769600001,
      Syncs1763769600002,
      Records1763769600003,
      Webhooks1763769600004,
      SyncFlow1763769600005,
      Service1763769600006,
      RunParameters1763769600007,
    ],
    migrationsTableName: 'migration',
    applicationName: 'meridian',
    connectTimeoutMS: 5_000,
    extra: {
      // A lost peer must not hold a row for ever, nor a query a connection.
      idle_in_transaction_session_timeout: 60_000,
      statement_timeout: 60_000,
      keepAlive: true,
    },
  });
}
