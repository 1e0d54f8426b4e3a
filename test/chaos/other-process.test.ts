import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { connectShop, type ShopOfACompany } from '../support/shop-of-a-company.js';
import { Source } from '../support/source.js';
import { StartedProcesses } from '../support/started-processes.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const RECORDS = 100;
const PAGE = 20;

const workers = new StartedProcesses();
let source: Source;
let world: World;
let client: TestClient;
let shop: ShopOfACompany;

beforeEach(async () => {
  source = await Source.start();
  for (let n = 0; n < RECORDS; n += 1)
    source.rows.push({ id: `o${n}`, updatedAt: new Date(Date.UTC(2026, 0, 2, 0, 0, n)).toISOString() });
  world = await startWorld({ roles: 'api,dispatcher', outboundAllow: [source.origin] });
  client = await world.newClient();
  const schedule = { selectedFrequency: 'Monthly', startDate: '2026-01-01', syncHour: 0, timeZone: 'Etc/UTC' };
  shop = await connectShop(client, source, { pageSize: PAGE, schedule });
});
afterEach(async () => {
  await workers.end();
  await world.close();
  await source.close();
});

const startWorker = () => workers.startWorker(world.env);

const read = async (runId: string) => (await client.api('GET', `/v1/runs/${runId}`)).body;

/** A run that another process holds half-way, waiting for the source. */
async function heldRun(body: Record<string, unknown>): Promise<string> {
  source.hold(RECORDS / 2);
  const asked = await client.api('POST', `/v1/syncs/${shop.syncId}/runs`, body);
  await eventually(() => source.requests.some((place) => place >= RECORDS / 2), { what: 'a request that hangs' });
  return asked.body.id;
}

it('aborts within five seconds what another process holds', async () => {
  await startWorker();
  const runId = await heldRun({ type: 'latest' });
  const since = performance.now();
  expect((await client.api('POST', `/v1/runs/${runId}/abort`)).status).toBe(202);
  const run = await eventually(async () => (await read(runId)).finishedAt !== null && read(runId), { what: 'its end' });
  expect(performance.now() - since).toBeLessThan(5_000);
  expect(run).toMatchObject({ state: 'aborted', errorMessage: 'Sync aborted' });
  // What it has stored stays.
  const { data } = (await client.api('GET', `/v1/connections/${shop.connectionId}/records?limit=200`)).body;
  expect(run.progress.orders.created).toBe(data.length);
  expect(data.length).toBeGreaterThanOrEqual(PAGE);
  const { body } = await client.api('GET', `/v1/syncs/${shop.syncId}`);
  expect(body).toMatchObject({ watermark: '2026-01-01T00:00:00.000Z' });
});

it('reads a model anew for its last records where the process that collected them has stopped', async () => {
  const first = await startWorker();
  const runId = await heldRun({ type: 'full', syncLast: 30 });
  first.kill('SIGTERM');
  await first.exited;
  expect(await read(runId)).toMatchObject({ state: 'running', progress: { orders: { created: 0 } } });
  source.release();
  await startWorker();
  await eventually(async () => (await read(runId)).state === 'completed', { what: 'the run completed elsewhere' });
  const { data } = (await client.api('GET', `/v1/connections/${shop.connectionId}/records?limit=200`)).body;
  const newest = source.rows.slice(-30).map(({ id }) => id);
  expect(data.map(({ id }: { id: string }) => id)).toEqual(newest);
});
