import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { eventually } from '../support/eventually.js';
import { query } from '../support/postgres.js';
import { DAILY_IN_LONDON } from '../support/schedules.js';
import { connectShop, type ShopOfACompany } from '../support/shop-of-a-company.js';
import { Source } from '../support/source.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

let source: Source;
let elsewhere: Source;
let world: World;
let client: TestClient;
let shop: ShopOfACompany;

beforeAll(async () => {
  [source, elsewhere] = [await Source.start(), await Source.start()];
  const outboundAllow = [source.origin, elsewhere.origin];
  world = await startWorld({ roles: 'api,dispatcher,worker', outboundAllow, workerConcurrency: 1 });
});
afterAll(async () => {
  await world.close();
  await source.close();
  await elsewhere.close();
});

/** A shop whose first period has succeeded, on the night after. */
beforeEach(async () => {
  runFrom('2022-07-13T15:00:00Z');
  client = await world.newClient();
  source.failures.length = 0;
  source.rows.splice(0, source.rows.length, { id: 'o1', updatedAt: '2022-06-01T00:00:00.000Z' });
  shop = await connectShop(client, source, { schedule: DAILY_IN_LONDON, pageSize: 1 });
  runFrom('2022-07-13T23:30:00Z');
  await eventually(async () => (await sync()).watermark === '2022-07-13T23:00:00.000Z', { what: 'the first success' });
});
// What one test leaves would be due in the next.
afterEach(async () => {
  source.release();
  const { body } = await client.api('GET', '/v1/companies');
  for (const { id } of body.data) await client.api('DELETE', `/v1/companies/${id}`);
});

const runFrom = (iso: string) => world.clock.runFrom(instant(iso));
const sync = async (syncId = shop.syncId) => (await client.api('GET', `/v1/syncs/${syncId}`)).body;
const connection = async () => (await client.api('GET', `/v1/connections/${shop.connectionId}`)).body;
const unlink = () => client.api('POST', `/v1/connections/${shop.connectionId}/unlink`);
const link = () => client.api('POST', `/v1/connections/${shop.connectionId}/link`, {});
const enable = () => client.api('PATCH', `/v1/syncs/${shop.syncId}`, { enabled: true });
const runs = async () => (await client.api('GET', `/v1/runs?connectionId=${shop.connectionId}`)).body.data;
const coverage = async () => (await client.api('GET', `/v1/syncs/${shop.syncId}/coverage`)).body;
const records = async () =>
  (await client.api('GET', `/v1/connections/${shop.connectionId}/records`)).body.data.map(
    ({ id }: { id: string }) => id,
  );

/** A dispatcher that has looked at the clock several times since has nothing left to start. */
async function nothingStarts(): Promise<void> {
  const before = (await runs()).length;
  const heartbeats = new Set<number>();
  await eventually(
    async () => {
      const [process] = await query<{ seen_at: Date }>(world.database.superuserUrl, 'select seen_at from process');
      if (process) heartbeats.add(process.seen_at.getTime());
      // One every two seconds; the first may be an old one.
      return heartbeats.size > 2;
    },
    { what: 'two heartbeats' },
  );
  expect((await runs()).length).toBe(before);
}

describe('an unlinked connection', () => {
  it('fails its next period once, suspends the sync, and is tried no more', async () => {
    const { settings } = await connection();
    await unlink();
    expect(await sync()).toMatchObject({ state: 'active', enabled: true });
    runFrom('2022-07-14T23:30:00Z');
    await eventually(async () => (await sync()).state === 'suspended', { what: 'a suspended sync' });
    expect(await sync()).toMatchObject({
      enabled: false,
      stateReason: 'connection_unlinked',
      nextPeriod: null,
      watermark: '2022-07-13T23:00:00.000Z',
      lastRun: { state: 'errored', statusCode: 4220 },
      schedule: DAILY_IN_LONDON,
    });
    runFrom('2022-07-20T12:00:00Z');
    await nothingStarts();
    expect(await runs()).toHaveLength(2);
    expect(await connection()).toMatchObject({ state: 'unlinked', settings });
  });

  it('goes on from the watermark, without a gap, when it is linked and its sync enabled', async () => {
    await unlink();
    runFrom('2022-07-14T23:30:00Z');
    await eventually(async () => (await sync()).state === 'suspended', { what: 'a suspended sync' });
    runFrom('2022-07-20T12:00:00Z');
    source.rows.push({ id: 'o2', updatedAt: '2022-07-16T00:00:00.000Z' });
    expect((await enable()).body.code).toBe('connection_not_linked');
    expect((await link()).body.state).toBe('linked');
    // Linking alone resumes nothing, and the reason is still told.
    expect(await sync()).toMatchObject({ state: 'suspended', stateReason: 'connection_unlinked', nextPeriod: null });
    await nothingStarts();
    expect((await enable()).body).toMatchObject({
      state: 'active',
      stateReason: null,
      nextPeriod: { start: '2022-07-13T23:00:00.000Z', dueDate: '2022-07-20T23:00:00.000Z' },
    });
    runFrom('2022-07-20T23:30:00Z');
    await eventually(async () => (await sync()).watermark === '2022-07-20T23:00:00.000Z', { what: 'the next success' });
    expect(await records()).toEqual(['o1', 'o2']);
    expect(await coverage()).toMatchObject({
      complete: true,
      gaps: [],
      declaredGaps: [],
      upTo: '2022-07-20T23:00:00.000Z',
    });
  });

  it('stops a run in progress within seconds, keeps its pages, and suspends the sync at once', async () => {
    source.rows.push(
      { id: 'o2', updatedAt: '2022-07-14T01:00:00.000Z' },
      { id: 'o3', updatedAt: '2022-07-14T02:00:00.000Z' },
    );
    source.hold(2);
    runFrom('2022-07-14T23:30:00Z');
    await eventually(async () => (await records()).includes('o2'), { what: 'the first page' });
    const [{ id }] = await runs();
    await unlink();
    const stopped = await eventually(
      async () => {
        const { body } = await client.api('GET', `/v1/runs/${id}`);
        return body.finishedAt !== null && body;
      },
      { what: 'a stopped run', timeout: 5_000 },
    );
    expect(stopped).toMatchObject({
      state: 'errored',
      statusCode: 4220,
      failure: { code: 'connection_unlinked' },
      nextAttemptAt: null,
    });
    expect(await records()).toEqual(['o1', 'o2']);
    expect(await sync()).toMatchObject({
      state: 'suspended',
      stateReason: 'connection_unlinked',
      watermark: '2022-07-13T23:00:00.000Z',
      nextPeriod: null,
    });
    source.release();
    await link();
    await enable();
    runFrom('2022-07-15T23:30:00Z');
    await eventually(async () => (await sync()).watermark === '2022-07-15T23:00:00.000Z', { what: 'the next success' });
    expect(await records()).toEqual(['o1', 'o2', 'o3']);
    expect(await coverage()).toMatchObject({ complete: true, gaps: [] });
  });
});

describe('a connection that its source turns away', () => {
  it('is deauthorized; its period fails, and so does the next one of each other sync, once', async () => {
    const path = `/v1/connections/${shop.connectionId}/syncs`;
    const second = (await client.api('POST', path, { schedule: { ...DAILY_IN_LONDON, syncHour: 6 } })).body.id;
    source.failures.push(401);
    runFrom('2022-07-14T23:30:00Z');
    await eventually(async () => (await sync()).state === 'suspended', { what: 'a suspended sync' });
    expect(await sync()).toMatchObject({
      stateReason: 'connection_deauthorized',
      lastRun: { state: 'errored', statusCode: 4040 },
      nextPeriod: null,
    });
    expect(await connection()).toMatchObject({ state: 'deauthorized', stateReason: expect.any(String) });
    source.requests.length = 0;
    runFrom('2022-07-15T05:30:00Z');
    await eventually(async () => (await sync(second)).state === 'suspended', { what: 'the other one suspended' });
    expect(await sync(second)).toMatchObject({
      stateReason: 'connection_deauthorized',
      lastRun: { state: 'errored', statusCode: 4040 },
    });
    // Credentials that were refused are not tried again.
    expect(source.requests).toEqual([]);
    await link();
    expect((await enable()).body.nextPeriod.start).toBe('2022-07-13T23:00:00.000Z');
  });
});

it('a disabled sync accrues no runs, and goes on from its watermark when it is enabled', async () => {
  await client.api('PATCH', `/v1/syncs/${shop.syncId}`, { enabled: false });
  runFrom('2022-07-23T12:00:00Z');
  await nothingStarts();
  expect(await runs()).toHaveLength(1);
  const { body } = await enable();
  expect(body.nextPeriod).toMatchObject({ start: '2022-07-13T23:00:00.000Z', dueDate: '2022-07-23T23:00:00.000Z' });
  runFrom('2022-07-23T23:30:00Z');
  await eventually(async () => (await sync()).watermark === '2022-07-23T23:00:00.000Z', { what: 'the next success' });
  expect(await runs()).toHaveLength(2);
  expect(await coverage()).toMatchObject({ complete: true, gaps: [], declaredGaps: [] });
});

describe('what is deleted', () => {
  it.each(['connections', 'companies'] as const)('with its %s runs no more', async (kind) => {
    await client.api('PUT', `/v1/connections/${shop.connectionId}/variables/note`, { value: 1 });
    const id = kind === 'connections' ? shop.connectionId : shop.companyId;
    expect((await client.api('DELETE', `/v1/${kind}/${id}`)).status).toBe(204);
    source.requests.length = 0;
    runFrom('2022-07-14T23:30:00Z');
    await nothingStarts();
    expect(source.requests).toEqual([]);
    for (const table of ['connection', 'sync', 'sync_period', 'run', 'record', 'connection_variable']) {
      const rows = await query(world.database.superuserUrl, `select 1 from "${table}" where client_id = $1`, [
        client.clientId,
      ]);
      expect([table, rows]).toEqual([table, []]);
    }
  });

  it('lets go of its worker, though the source does not answer', async () => {
    source.rows.push({ id: 'o2', updatedAt: '2022-07-14T01:00:00.000Z' });
    source.hold(0);
    runFrom('2022-07-14T23:30:00Z');
    await eventually(async () => (await sync()).nextPeriod.status === 'running', { what: 'a running period' });
    await client.api('DELETE', `/v1/connections/${shop.connectionId}`);
    // There is one place to run in.
    const other = await connectShop(client, elsewhere);
    const { body: run } = await client.api('POST', `/v1/syncs/${other.syncId}/runs`, { type: 'full' });
    await eventually(async () => (await client.api('GET', `/v1/runs/${run.id}`)).body.state === 'completed', {
      what: 'a run in its place',
      timeout: 10_000,
    });
  });
});
