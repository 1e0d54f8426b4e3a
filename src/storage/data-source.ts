import type { ClientBase } from 'pg';
import { DataSource } from 'typeorm';
import { Tenancy1763769600001 } from '../../migrations/0001-tenancy.js';
import { Syncs1763769600002 } from '../../migrations/0002-syncs.js';
import { Records1763769600003 } from '../../migrations/0003-records.js';
import { Webhooks1763769600004 } from '../../migrations/0004-webhooks.js';
import { SyncFlow1763769600005 } from '../../migrations/0005-sync-flow.js';
import { Service1763769600006 } from '../../migrations/0006-service.js';
import { RunParameters1763769600007 } from '../../migrations/0007-run-parameters.js';
import { RunLog1763769600008 } from '../../migrations/0008-run-log.js';
import { Audits1763769600009 } from '../../migrations/0009-audits.js';
import { ConnectionVariables1763769600010 } from '../../migrations/0010-connection-variables.js';
import { HandlerRuns1763769600011 } from '../../migrations/0011-handler-runs.js';
import { WebhookDelivery1763769600012 } from '../../migrations/0012-webhook-delivery.js';
import { Announcements1763769600013 } from '../../migrations/0013-announcements.js';
import { FasterRecords1763769600014 } from '../../migrations/0014-faster-records.js';
import { Admission1763769600015 } from '../../migrations/0015-admission.js';
import { DueDateChanges1763769600016 } from '../../migrations/0016-due-date-changes.js';
import { Batches1763769600017 } from '../../migrations/0017-batches.js';
import { Load1763769600018 } from '../../migrations/0018-load.js';
import { SyncFlowServer1763769600019 } from '../../migrations/0019-sync-flow-server.js';
import { Pressure1763769600020 } from '../../migrations/0020-pressure.js';
import { ActiveRuns1763769600021 } from '../../migrations/0021-active-runs.js';
import { ConnectionPlans1763769600022 } from '../../migrations/0022-connection-plans.js';
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
      RunLog1763769600008,
      Audits1763769600009,
      ConnectionVariables1763769600010,
      HandlerRuns1763769600011,
      WebhookDelivery1763769600012,
      Announcements1763769600013,
      FasterRecords1763769600014,
      Admission1763769600015,
      DueDateChanges1763769600016,
      Batches1763769600017,
      Load1763769600018,
      SyncFlowServer1763769600019,
      Pressure1763769600020,
      ActiveRuns1763769600021,
      ConnectionPlans1763769600022,
    ],
    migrationsTableName: 'migration',
    applicationName: 'meridian',
    connectTimeoutMS: 5_000,
    extra: {
      // A lost peer must not hold a row for ever, nor a query a connection.
      idle_in_transaction_session_timeout: 60_000,
      statement_timeout: 60_000,
      // Rows are looked up by their keys, also where statistics are older than the day's herd: PostgreSQL's 4 is for
      // disks that turn, and made it read whole tables instead.
      options: '-c random_page_cost=1.1',
      keepAlive: true,
      // The ticks of every ten seconds come together: with the pool's ten they would connect anew each time.
      idleTimeoutMillis: 60_000,
      onConnect: hearEnd,
    },
  });
}

/**
 * Between the pool, which hands out a new connection, and TypeORM, which listens to it from the next microtask on,
 * nobody does. A server that ends the session in that moment (an administrator, a fast shutdown) would end the process;
 * whoever asked for the connection is told by his query, and the pool takes it away.
 */
const hearEnd = (connection: ClientBase): void => void connection.on('error', () => undefined);
