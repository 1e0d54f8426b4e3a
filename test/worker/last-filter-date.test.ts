import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { eventually } from '../support/eventually.js';
import { DAILY_IN_LONDON } from '../support/schedules.js';
import { connectShop, type ShopOfACompany } from '../support/shop-of-a-company.js';
import { Source } from '../support/source.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

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
  world.clock.runFrom(instant('2022-07-13T15:00:00Z'));
  client = await world.newClient();
  source.failures.length = 0;
  source.rows.splice(
    0,
    source.rows.length,
    { id: 'last year', updatedAt: '2021-12-31T00:00:00.000Z' },
    { id: 'in March', updatedAt: '2022-03-01T00:00:00.000Z' },
    { id: 'in June', updatedAt: '2022-06-01T00:00:00.000Z' },
    { id: 'tomorrow', updatedAt: '2022-07-14T12:00:00.000Z' },
  );
  shop = await connectShop(client, source, { schedule: DAILY_IN_LONDON });
});

const path = () => `/v1/connections/${shop.connectionId}/variables/lastFilterDate`;
const lastFilterDate = async () => (await client.api('GET', path())).body.value;
const put = (value: unknown) => client.api('PUT', path(), { value });
const sync = async () => (await client.api('GET', `/v1/syncs/${shop.syncId}`)).body;
const recordIds = async (): Promise<string[]> => {
  const { body } = await client.api('GET', `/v1/connections/${shop.connectionId}/records`);
  return body.data.map(({ id }: { id: string }) => id);
};
async function syncedUpTo(iso: string): Promise<void> {
  const watermark = new Date(iso).toISOString();
  await eventually(async () => (await sync()).watermark === watermark, { what: `everything up to ${iso}` });
}

describe('lastFilterDate', () => {
  it('is where the first run reads from; then it is what was read, and the second run reads on from there', async () => {
    world.clock.set(instant('2022-07-13T15:00:00Z'));
    expect((await put('-P6M')).status).toBe(200);
    world.clock.runFrom(instant('2022-07-13T23:30:00Z'));
    await syncedUpTo('2022-07-13T23:00:00Z');
    // Six months of history: not from the start date on, and not everything.
    expect(await recordIds()).toEqual(['in March', 'in June']);
    expect(await lastFilterDate()).toBe('2022-07-13T23:00:00.000Z');
    source.spans.length = 0;
    world.clock.runFrom(instant('2022-07-14T23:30:00Z'));
    await syncedUpTo('2022-07-14T23:00:00Z');
    expect(source.spans[0]).toEqual({ since: '2022-07-13T23:00:00.000Z', before: '2022-07-14T23:00:00.000Z' });
    expect(await recordIds()).toEqual(['in March', 'in June', 'tomorrow']);
    expect(await lastFilterDate()).toBe('2022-07-14T23:00:00.000Z');
    const { body } = await client.api('GET', `/v1/syncs/${shop.syncId}/coverage`);
    expect(body).toMatchObject({ from: '2022-01-13T16:00:00.000Z', upTo: '2022-07-14T23:00:00.000Z', complete: true });
  });

  it('widens one read after the first success; a failed one leaves it to the next', async () => {
    world.clock.runFrom(instant('2022-07-13T23:30:00Z'));
    await syncedUpTo('2022-07-13T23:00:00Z');
    expect(await recordIds()).toEqual(['in June']);
    expect((await put('2022-02-01')).body.value).toBe('2022-02-01T00:00:00.000Z');
    source.failures.push(422);
    world.clock.runFrom(instant('2022-07-14T23:30:00Z'));
    await eventually(async () => (await sync()).lastRun?.state === 'errored', { what: 'a failed period' });
    expect(await lastFilterDate()).toBe('2022-02-01T00:00:00.000Z');
    world.clock.runFrom(instant('2022-07-15T23:30:00Z'));
    await syncedUpTo('2022-07-15T23:00:00Z');
    expect((await recordIds()).toSorted()).toEqual(['in June', 'in March', 'tomorrow']);
    expect(await lastFilterDate()).toBe('2022-07-15T23:00:00.000Z');
    const { body } = await client.api('GET', `/v1/syncs/${shop.syncId}/periods?status=succeeded`);
    expect(body.data).toMatchObject([
      { start: '2022-07-13T23:00:00.000Z', dueDate: '2022-07-15T23:00:00.000Z' },
      { start: '2022-04-30T23:00:00.000Z', dueDate: '2022-07-13T23:00:00.000Z' },
    ]);
  });

  it('reaches an attempt that is to be repeated, which reads anew from there', async () => {
    await client.api('DELETE', `/v1/syncs/${shop.syncId}`);
    shop = await connectShop(client, source, { schedule: DAILY_IN_LONDON, pageSize: 1 });
    world.clock.runFrom(instant('2022-07-13T23:30:00Z'));
    await syncedUpTo('2022-07-13T23:00:00Z');
    source.rows.push({ id: 'in the evening', updatedAt: '2022-07-14T20:00:00.000Z' });
    // One page is kept; the attempt would go on after it.
    source.failures.push(undefined, 503, 503, 503);
    world.clock.set(instant('2022-07-14T23:30:00Z'));
    await eventually(async () => (await sync()).nextPeriod.runDateReason === 'retry', { what: 'a retry' });
    await put('2022-02-01');
    world.clock.runFrom(instant('2022-07-14T23:40:00Z'));
    await syncedUpTo('2022-07-14T23:00:00Z');
    expect((await recordIds()).toSorted()).toEqual(['in June', 'in March', 'in the evening', 'tomorrow']);
  });
});

it('a run and a test are given the variables of their connection, and of no other', async () => {
  const { models, ...settings } = source.settings() as { models: { orders: object } };
  const ofAShop = { ...settings, models: { orders: { ...models.orders, path: '/{{shopId}}/orders' } } };
  const make = async () => {
    const body = { platform: 'rest', name: 'Till', settings: ofAShop };
    return (await client.api('POST', `/v1/companies/${shop.companyId}/connections`, body)).body.id;
  };
  const [one, other] = [await make(), await make()];
  const { body: made } = await client.api('POST', `/v1/connections/${one}/syncs`, {});
  const outcome = async () => {
    const { body: run } = await client.api('POST', `/v1/syncs/${made.id}/runs`, { type: 'full' });
    const finished = await eventually(async () => {
      const { body } = await client.api('GET', `/v1/runs/${run.id}`);
      return body.finishedAt !== null && body;
    });
    const tried = await client.api('POST', `/v1/connections/${one}/test`);
    return [finished.state, finished.failure?.code ?? null, tried.body.ok];
  };
  await client.api('PUT', `/v1/connections/${other}/variables/shopId`, { value: 'theirs' });
  expect(await outcome()).toEqual(['errored', 'configuration_invalid', false]);
  await client.api('PUT', `/v1/connections/${one}/variables/shopId`, { value: 'ours' });
  expect(await outcome()).toEqual(['completed', null, true]);
});
