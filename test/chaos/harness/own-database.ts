import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedDatabase } from '../../../src/storage/embedded/embedded-database.js';
import { openStorage } from '../../../src/storage/open-storage.js';
import type { TestDatabase } from '../../support/postgres.js';

/** Nothing here outlives the process. */
const SETTINGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'shared_buffers=256MB'];

/** A migrated database on a server of its own, where no test run has started one. */
export async function startOwnDatabase(): Promise<TestDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'meridian-own-'));
  const server = await startEmbeddedDatabase({ dataDir, settings: SETTINGS });
  const { url, superuserUrl } = server;
  const onError = (error: Error): unknown => process.stderr.write(`${error.message}\n`);
  await (await openStorage({ url, backend: 'postgres', poolSize: 2, worker: false, onError })).close();
  const inside = new URL(superuserUrl);
  inside.pathname = new URL(url).pathname;
  const drop = async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { url, superuserUrl: inside.toString(), drop };
}
