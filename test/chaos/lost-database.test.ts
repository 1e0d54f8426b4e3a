import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEmbeddedDatabase, type EmbeddedDatabase } from '../../src/storage/embedded/embedded-database.js';
import { eventually } from '../support/eventually.js';
import { connectShop } from '../support/shop-of-a-company.js';
import { Source } from '../support/source.js';
import { startWorld, type World } from '../support/world.js';

let source: Source;
let dataDir: string;
let server: EmbeddedDatabase;
let world: World;

beforeAll(async () => {
  source = await Source.start();
  source.rows.push({ id: 'o1', updatedAt: '2026-01-02T00:00:00.000Z' });
  dataDir = await mkdtemp(join(tmpdir(), 'meridian-outage-'));
  server = await startEmbeddedDatabase({ dataDir });
  world = await startWorld({
    roles: 'api,dispatcher,worker',
    outboundAllow: [source.origin],
    database: { url: server.url, superuserUrl: server.superuserUrl, drop: async () => undefined },
  });
});
afterAll(async () => {
  await world.close();
  await server.stop();
  await source.close();
  await rm(dataDir, { recursive: true, force: true });
});

it('recovers by itself when the database is killed and started again', async () => {
  const client = await world.newClient();
  const shop = await connectShop(client, source, {
    schedule: { selectedFrequency: 'Daily', startDate: '2026-01-01', syncHour: 0, timeZone: 'Etc/UTC' },
  });
  const pid = Number.parseInt(await readFile(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8'), 10);
  process.kill(pid, 'SIGKILL');
  const down = await eventually(
    async () => {
      const answer = await client.api('GET', '/v1/client');
      return answer.status === 503 && answer;
    },
    { what: 'an honest 503' },
  );
  expect(down.body).toMatchObject({ code: 'unavailable' });
  expect(down.headers.get('retry-after')).not.toBeNull();

  server = await startEmbeddedDatabase({ dataDir, port: Number(new URL(server.url).port) });
  await eventually(async () => (await client.api('GET', '/v1/client')).status === 200, {
    what: 'the API to be back',
    timeout: 30_000,
  });
  const run = await client.api('POST', `/v1/syncs/${shop.syncId}/runs`, { type: 'latest' });
  expect(run.status).toBe(201);
  await eventually(async () => (await client.api('GET', `/v1/runs/${run.body.id}`)).body.state === 'completed', {
    what: 'a run completed after the outage',
    timeout: 60_000,
  });
});
