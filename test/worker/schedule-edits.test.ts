import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { eventually } from '../support/eventually.js';
import { DAILY_IN_LONDON } from '../support/schedules.js';
import { connectShop } from '../support/shop-of-a-company.js';
import { Source } from '../support/source.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

let source: Source;
let world: World;
let client: TestClient;
let syncId: string;

beforeAll(async () => {
  source = await Source.start();
  world = await startWorld({ roles: 'api,dispatcher,worker', outboundAllow: [source.origin] });
});
afterAll(async () => {
  await world.close();
  await source.close();
});

const sync = async () => (await client.api('GET', `/v1/syncs/${syncId}`)).body;
const patch = (body: unknown) => client.api('PATCH', `/v1/syncs/${syncId}`, body);
const coverage = async () => (await client.api('GET', `/v1/syncs/${syncId}/coverage`)).body;

/** A worker is reading the first period, and waits for the source. */
beforeEach(async () => {
  world.clock.set(instant('2022-07-13T15:00:00Z'));
  client = await world.newClient();
  source.rows.push({ id: 'o1', updatedAt: '2022-05-02T10:00:00.000Z' });
  source.hold(0);
  ({ syncId } = await connectShop(client, source, { schedule: DAILY_IN_LONDON }));
  // Half past midnight in London.
  world.clock.set(instant('2022-07-13T23:30:00Z'));
  await eventually(async () => (await sync()).nextPeriod.status === 'running', { what: 'a running period' });
});
afterEach(() => source.release());

const firstPeriodSucceeds = async () => {
  source.release();
  await eventually(async () => (await sync()).watermark === '2022-07-13T23:00:00.000Z', { what: 'the first success' });
};

it('chains by the schedule that was edited meanwhile, from the day after the edit', async () => {
  const { body } = await client.api('PUT', `/v1/syncs/${syncId}/schedule`, { ...DAILY_IN_LONDON, syncHour: 6 });
  expect(body.nextPeriod).toMatchObject({ status: 'running', dueDate: '2022-07-13T23:00:00.000Z' });
  await firstPeriodSucceeds();
  expect((await sync()).nextPeriod).toMatchObject({
    start: '2022-07-13T23:00:00.000Z',
    dueDate: '2022-07-15T05:00:00.000Z',
  });
  expect(await coverage()).toMatchObject({ from: '2022-04-30T23:00:00.000Z', complete: true, declaredGaps: [] });
});

it('finishes the running period of a sync that was disabled meanwhile, and plans no other', async () => {
  await patch({ enabled: false });
  await firstPeriodSucceeds();
  expect(await sync()).toMatchObject({ state: 'disabled', nextPeriod: null });
  const { body } = await patch({ enabled: true });
  expect(body.nextPeriod).toMatchObject({ start: '2022-07-13T23:00:00.000Z', dueDate: '2022-07-14T23:00:00.000Z' });
});

it('goes on with a sync that was disabled and enabled again meanwhile', async () => {
  await patch({ enabled: false });
  const { body } = await patch({ enabled: true });
  expect(body).toMatchObject({ state: 'active', nextPeriod: { status: 'running' } });
  await firstPeriodSucceeds();
  expect((await sync()).nextPeriod).toMatchObject({ start: '2022-07-13T23:00:00.000Z', status: expect.any(String) });
});

it('leaves no run of a sync that was deleted meanwhile', async () => {
  expect((await client.api('DELETE', `/v1/syncs/${syncId}`)).status).toBe(204);
  source.release();
  const { body } = await client.api('GET', '/v1/runs');
  expect(body.data).toEqual([]);
});
