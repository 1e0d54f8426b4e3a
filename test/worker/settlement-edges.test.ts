import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { eventually } from '../support/eventually.js';
import { DAILY_IN_LONDON } from '../support/schedules.js';
import { connectShop, type ShopOfACompany } from '../support/shop-of-a-company.js';
import { Source } from '../support/source.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

let source: Source;
let world: World;
let client: TestClient;

beforeAll(async () => {
  source = await Source.start();
  world = await startWorld({ roles: 'api,dispatcher,worker', outboundAllow: [source.origin] });
});
afterAll(async () => {
  await world.close();
  await source.close();
});
beforeEach(async () => {
  world.clock.set(instant('2022-07-13T15:00:00Z'));
  client = await world.newClient();
  source.failures.length = 0;
});

const request = async ({ syncId }: ShopOfACompany, body: Record<string, unknown>) =>
  (await client.api('POST', `/v1/syncs/${syncId}/runs`, body)).body;
const finished = (runId: string) =>
  eventually(
    async () => {
      const { body } = await client.api('GET', `/v1/runs/${runId}`);
      return body.finishedAt !== null && body;
    },
    { what: `run ${runId} finished` },
  );
const sync = async ({ syncId }: ShopOfACompany) => (await client.api('GET', `/v1/syncs/${syncId}`)).body;

it('ends a run of a sync without a schedule when the source refuses the credentials', async () => {
  const shop = await connectShop(client, source);
  source.failures.push(...Array.from({ length: 20 }, () => 401));
  const run = await request(shop, { type: 'full' });
  expect(await finished(run.id)).toMatchObject({ state: 'errored', failure: { code: 'credential_invalid' } });
  expect(await sync(shop)).toMatchObject({ state: 'unscheduled', enabled: true });
  const { body } = await client.api('GET', `/v1/connections/${shop.connectionId}`);
  expect(body.state).toBe('deauthorized');
});

it('plans nothing for a sync that a full run suspended', async () => {
  const shop = await connectShop(client, source, { schedule: DAILY_IN_LONDON });
  source.failures.push(...Array.from({ length: 20 }, () => 401));
  const run = await request(shop, { type: 'full' });
  expect(await finished(run.id)).toMatchObject({ state: 'errored', failure: { code: 'credential_invalid' } });
  expect(await sync(shop)).toMatchObject({ state: 'suspended', nextPeriod: null });
});

it('skips no due date after a latest run past the one it put aside', async () => {
  const beforeMidnight = { ...DAILY_IN_LONDON, timeZone: 'Etc/UTC', syncHour: 23 };
  const shop = await connectShop(client, source, { schedule: beforeMidnight });
  source.failures.push(...Array.from({ length: 3 }, () => 503));
  world.clock.set(instant('2022-07-15T00:10:00Z'));
  // The period due at 23:00 waits for another attempt when somebody asks for everything up to now.
  await eventually(async () => (await sync(shop)).nextPeriod.runDateReason === 'retry', { what: 'a retry' });
  const run = await request(shop, { type: 'latest' });
  expect(await finished(run.id)).toMatchObject({ state: 'completed' });
  expect((await sync(shop)).nextPeriod).toMatchObject({
    start: '2022-07-15T00:10:00.000Z',
    dueDate: '2022-07-15T23:00:00.000Z',
  });
});

it('settles a period whose counts of each model would not fit into a message', async () => {
  const tags = Object.fromEntries(
    Array.from({ length: 10 }, (_, n) => [`label-${n}`.padEnd(27, '-'), '店'.repeat(100)]),
  );
  const { body: company } = await client.api('POST', '/v1/companies', { name: '店'.repeat(200), tags });
  const { baseUrl, models } = source.settings() as { baseUrl: string; models: { orders: unknown } };
  const many = Object.fromEntries(
    Array.from({ length: 100 }, (_, n) => [`orders-${n}-`.padEnd(100, 'x'), models.orders]),
  );
  const { body: connection } = await client.api('POST', `/v1/companies/${company.id}/connections`, {
    platform: 'rest',
    name: 'Till',
    settings: { baseUrl, models: many },
  });
  const { body: created } = await client.api('POST', `/v1/connections/${connection.id}/syncs`, {
    schedule: DAILY_IN_LONDON,
  });
  const { body: run } = await client.api('POST', `/v1/syncs/${created.id}/runs`, { type: 'latest' });
  expect(await finished(run.id)).toMatchObject({ state: 'completed' });
  const { body } = await client.api('GET', `/v1/webhook-messages?syncId=${created.id}`);
  const types = body.data.map(({ type }: { readonly type: string }) => type);
  expect(types).toEqual(['sync.period.completed.initial', 'schedule.updated']);
});
