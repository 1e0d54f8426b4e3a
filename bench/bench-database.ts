import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { Client } from 'pg';
import { createApp } from '../src/create-app.js';
import { readConfig } from '../src/platform/config.js';
import { Database } from '../src/ports/database.js';
import { startEmbeddedDatabase } from '../src/storage/embedded/embedded-database.js';
import { openStorage } from '../src/storage/open-storage.js';

export interface BenchDatabase {
  /** A worker that has not begun to take jobs. */
  readonly app: INestApplicationContext;
  readonly database: Database;
  /** A connection as superuser, for all that is not measured. */
  readonly superuser: Client;
  close(): Promise<void>;
}

/** A new embedded database with Meridian's schema and the settings that `npm start` gives it. */
export async function openBenchDatabase(sourceUrl: string): Promise<BenchDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'meridian-bench-'));
  const embedded = await startEmbeddedDatabase({ dataDir });
  const config = readConfig({
    DATA_DIR: dataDir,
    DATABASE_URL: embedded.url,
    ADMIN_KEY: randomBytes(32).toString('hex'),
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    ROLES: 'worker',
    OUTBOUND_ALLOW: sourceUrl,
    LOG_LEVEL: 'error',
  });
  const storage = await openStorage({
    url: embedded.url,
    backend: 'postgres',
    poolSize: 4,
    worker: false,
    onError: (error) => process.stderr.write(`${error.message}\n`),
  });
  const app = await createApp(config, storage);
  const superuser = new Client({ connectionString: embedded.superuserUrl.replace(/\/postgres$/, '/meridian') });
  await superuser.connect();
  return {
    app,
    database: app.get(Database, { strict: false }),
    superuser,
    close: async () => {
      await superuser.end();
      await app.close();
      await storage.close();
      await embedded.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
