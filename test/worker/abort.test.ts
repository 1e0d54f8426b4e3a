import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { eventually } from '../support/eventually.js';
import { connectShop, type ShopOfACompany } from '../support/shop-of-a-company.js';
import { Source } from '../support/source.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

/** What is promised; an abort is seen by the worker within a second or two. */
const PROMISED = 5_000;

let source: Source;
let world: World;
let client: TestClient;
let shop: ShopOfACompany;

beforeAll(async () => {
  source = await Source.start();
  world = await startWorld({ roles: 'api,dispatcher,worker', outboundAllow: [source.origin] });
});
afterAll(async () => {
  await world.close();
  await source.close();
});
beforeEach(async () => {
  world.clock.runFrom(instant('2026-03-01T12:00:00Z'));
  source.release();
  source.failures.length = 0;
  source.requests.length = 0;
  source.rows.length = 0;
  source.rows.push({ id: 'o1', updatedAt: '2026-02-02T00:00:00.000Z' });
  client = await world.newClient();
  const schedule = { selectedFrequency: 'Daily', startDate: '2026-02-01', syncHour: 0, timeZone: 'Etc/UTC' };
  shop = await connectShop(client, source, { schedule });
});

const read = async (runId: string) => (await client.api('GET', `/v1/runs/${runId}`)).body;
const sync = async () => (await client.api('GET', `/v1/syncs/${shop.syncId}`)).body;
const latest = async (): Promise<string> =>
  (await client.api('POST', `/v1/syncs/${shop.syncId}/runs`, { type: 'latest' })).body.id;

/** The run that was aborted in the end, and how long that took from the request, in milliseconds. */
async function aborted(runId: string) {
  const since = performance.now();
  const { status, body } = await client.api('POST', `/v1/runs/${runId}/abort`);
  expect(status).toBe(202);
  const run = await eventually(
    async () => {
      const now = await read(body.id);
      return now.state === 'aborted' && now;
    },
    { what: 'an aborted run' },
  );
  return { run, took: performance.now() - since };
}

/** Nothing is covered, and what comes next begins where the chain stood. */
async function expectChainUnmoved() {
  const { watermark, nextPeriod, consecutiveFailures } = await sync();
  expect(watermark).toBe('2026-02-01T00:00:00.000Z');
  expect(nextPeriod).toMatchObject({ status: 'planned', start: '2026-02-01T00:00:00.000Z' });
  expect(consecutiveFailures).toBe(0);
}

it('aborts a run while the source leaves its request without an answer', async () => {
  source.hold(0);
  const runId = await latest();
  await eventually(() => source.requests.length > 0, { what: 'a request that hangs' });
  const { run, took } = await aborted(runId);
  expect(took).toBeLessThan(PROMISED);
  expect(run).toMatchObject({ errorMessage: 'Sync aborted', statusCode: 5000, abortRequestedAt: expect.any(String) });
  await expectChainUnmoved();
});

it.each([
  // The connector tries again by itself after half a second, then after two.
  { status: 503, asked: 2 },
  { status: 429, retryAfter: 20, asked: 1 },
])('aborts a run that waits to ask again after HTTP $status, and asks no more', async ({ asked, ...refusal }) => {
  source.failures.push(...Array.from({ length: 20 }, () => refusal));
  const runId = await latest();
  await eventually(() => source.requests.length >= asked, { what: 'a request that failed' });
  expect((await read(runId)).state).toBe('running');
  const { run, took } = await aborted(runId);
  expect(took).toBeLessThan(PROMISED);
  expect(run.errorMessage).toBe('Sync aborted');
  expect(source.requests).toHaveLength(asked);
  await expectChainUnmoved();
});

it('aborts the attempt that a failed run waits for, and plans the next period', async () => {
  source.failures.push(...Array.from({ length: 3 }, () => 503));
  const runId = await latest();
  const failed = await eventually(
    async () => {
      const run = await read(runId);
      return run.nextAttemptAt !== null && run;
    },
    { what: 'a run that is to be tried again' },
  );
  expect(failed.state).toBe('errored');
  const { run, took } = await aborted(runId);
  expect(took).toBeLessThan(PROMISED);
  expect(run.id).not.toBe(runId);
  expect(run).toMatchObject({
    trigger: 'retry',
    attempt: 2,
    periodId: failed.periodId,
    errorMessage: 'Sync aborted',
    finishedAt: expect.any(String),
  });
  expect(await read(runId)).toMatchObject({ state: 'errored', nextAttemptAt: null });
  await expectChainUnmoved();
  const { data } = (await client.api('GET', `/v1/syncs/${shop.syncId}/periods`)).body;
  expect(data).toContainEqual(expect.objectContaining({ id: failed.periodId, status: 'failed', runId: run.id }));
  expect((await client.api('POST', `/v1/runs/${runId}/abort`)).body.code).toBe('run_finished');
});

it('aborts a run while it collects the last records of a model, of which nothing is stored', async () => {
  for (let n = 2; n < 130; n += 1)
    source.rows.push({ id: `o${n}`, updatedAt: new Date(Date.UTC(2026, 1, 2, 0, n)).toISOString() });
  source.hold(100);
  const asked = await client.api('POST', `/v1/syncs/${shop.syncId}/runs`, { type: 'full', syncLast: 5 });
  await eventually(async () => (await read(asked.body.id)).progress.orders?.pages >= 2, { what: 'two pages read' });
  const { run, took } = await aborted(asked.body.id);
  expect(took).toBeLessThan(PROMISED);
  expect(run.progress.orders).toMatchObject({ created: 0 });
  expect((await client.api('GET', `/v1/connections/${shop.connectionId}/records`)).body.data).toEqual([]);
});

it('does not try again what failed while it was asked to stop', async () => {
  source.hold(0);
  source.failures.push(422);
  const runId = await latest();
  await eventually(() => source.requests.length > 0, { what: 'a request that hangs' });
  expect((await client.api('POST', `/v1/runs/${runId}/abort`)).status).toBe(202);
  source.release();
  const run = await eventually(async () => (await read(runId)).finishedAt !== null && read(runId), { what: 'its end' });
  expect(run).toMatchObject({ state: 'aborted', errorMessage: 'Sync aborted', nextAttemptAt: null });
  await expectChainUnmoved();
});

it('refuses to abort what is over', async () => {
  const runId = await latest();
  await eventually(async () => (await read(runId)).state === 'completed', { what: 'a completed run' });
  expect(await client.api('POST', `/v1/runs/${runId}/abort`)).toMatchObject({
    status: 409,
    body: { code: 'run_finished' },
  });
});
