import { newId, type IdPrefix } from '../../src/domain/id.js';
import { instant } from '../../src/domain/time/instant.js';
import type { Database } from '../../src/ports/database.js';
import type { BossJobs } from '../../src/storage/boss-jobs.js';
import { createDataSource } from '../../src/storage/data-source.js';
import { StoreFactory } from '../../src/storage/store-factory.js';
import { TypeormDatabase } from '../../src/storage/typeorm-database.js';
import { createTestDatabase, query } from './postgres.js';

export interface SyncOfAClient {
  readonly clientId: string;
  readonly companyId: string;
  readonly connectionId: string;
  readonly syncId: string;
}

export interface RecordDatabase {
  readonly database: Database;
  /** Runs a statement as superuser. */
  query<Row extends Record<string, unknown>>(sql: string, parameters?: unknown[]): Promise<Row[]>;
  /** A new client with a company, a connection and a sync. */
  newSync(): Promise<SyncOfAClient>;
  newConnectionOf(company: Pick<SyncOfAClient, 'clientId' | 'companyId'>): Promise<SyncOfAClient>;
  newSyncOf(connection: Omit<SyncOfAClient, 'syncId'>): Promise<SyncOfAClient>;
  close(): Promise<void>;
}

let serial = 0;
const id = (prefix: IdPrefix): string =>
  newId(
    prefix,
    instant('2026-03-01T12:00:00Z'),
    Uint8Array.from({ length: 10 }, () => (serial += 1) % 251),
  );

/** The stores on a database of their own, without the rest of the product. */
export async function openRecordDatabase(): Promise<RecordDatabase> {
  const testDatabase = await createTestDatabase();
  const dataSource = await createDataSource({
    url: testDatabase.url,
    poolSize: 5,
    onIdleError: () => undefined,
  }).initialize();
  // Records need no queue.
  const noJobs = { storeFor: () => undefined } as unknown as BossJobs;
  const ask = <Row extends Record<string, unknown>>(sql: string, parameters: unknown[] = []) =>
    query<Row>(testDatabase.superuserUrl, sql, parameters);
  const newSyncOf = async (connection: Omit<SyncOfAClient, 'syncId'>) => {
    const syncId = id('syn');
    await ask(
      `insert into sync (client_id, id, connection_id, company_id, created_at, updated_at)
       values ($1, $2, $3, $4, now(), now())`,
      [connection.clientId, syncId, connection.connectionId, connection.companyId],
    );
    return { ...connection, syncId };
  };
  const newConnectionOf = async ({ clientId, companyId }: Pick<SyncOfAClient, 'clientId' | 'companyId'>) => {
    const connectionId = id('con');
    await ask(
      `insert into connection (client_id, id, company_id, platform, name, state, created_at, updated_at)
       values ($1, $2, $3, 'rest', 'C', 'linked', now(), now())`,
      [clientId, connectionId, companyId],
    );
    return newSyncOf({ clientId, companyId, connectionId });
  };
  return {
    database: new TypeormDatabase(dataSource, new StoreFactory(noJobs)),
    query: ask,
    newConnectionOf,
    newSyncOf,
    newSync: async () => {
      const [clientId, companyId] = [id('cli'), id('com')];
      await ask(`insert into client (id, name, created_at, updated_at) values ($1, 'A', now(), now())`, [clientId]);
      await ask(
        `insert into company (client_id, id, name, created_at, updated_at) values ($1, $2, 'B', now(), now())`,
        [clientId, companyId],
      );
      return newConnectionOf({ clientId, companyId });
    },
    close: async () => {
      await dataSource.destroy();
      await testDatabase.drop();
    },
  };
}
