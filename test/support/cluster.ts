import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedDatabase } from '../../src/storage/embedded/embedded-database.js';
import { openStorage } from '../../src/storage/open-storage.js';

/**
 * One PostgreSQL for the whole test run, with one migrated template that each test file copies.
 * Nothing here needs to survive a power cut, so it does not wait for the disk.
 */
export default async function startCluster(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'meridian-test-'));
  const database = await startEmbeddedDatabase({
    dataDir,
    settings: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'shared_buffers=256MB'],
  });
  const storage = await openStorage({
    url: database.url,
    backend: 'postgres',
    poolSize: 2,
    worker: false,
    onError: (error) => process.stderr.write(`${error.message}\n`),
  });
  await storage.close();
  project.provide('superuserUrl', database.superuserUrl);
  project.provide('ownerUrl', database.url);
  return async () => {
    await database.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
