import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { exampleOf } from '../support/operations.js';
import { eventually } from '../support/eventually.js';
import { DAILY_IN_LONDON } from '../support/schedules.js';
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
  runFrom('2022-07-13T15:00:00Z');
  client = await world.newClient();
  source.rows.length = 0;
  source.failures.length = 0;
  source.spans.length = 0;
});

// What one test leaves would be due in the next.
afterEach(async () => {
  const { body } = await client.api('GET', '/v1/companies');
  for (const { id } of body.data) await client.api('DELETE', `/v1/companies/${id}`);
});

const runFrom = (iso: string) => world.clock.runFrom(instant(iso));
/** Daily at six in the morning in London. */
const atSix = { ...DAILY_IN_LONDON, syncHour: 6 };

interface Shop {
  readonly connectionId: string;
  readonly syncId: string;
}

async function connect(sync: Record<string, unknown>, settings = source.settings()): Promise<Shop> {
  const company = await client.api('POST', '/v1/companies', { name: 'Corner Shop' });
  const path = `/v1/companies/${company.body.id}/connections`;
  const connection = await client.api('POST', path, { platform: 'rest', name: 'Till', settings });
  const { status, body } = await client.api('POST', `/v1/connections/${connection.body.id}/syncs`, sync);
  expect(status).toBe(201);
  return { connectionId: connection.body.id, syncId: body.id };
}

const sync = async ({ syncId }: Shop) => (await client.api('GET', `/v1/syncs/${syncId}`)).body;
const coverage = async ({ syncId }: Shop) => (await client.api('GET', `/v1/syncs/${syncId}/coverage`)).body;
const recordIds = async ({ connectionId }: Shop): Promise<readonly string[]> => {
  const { body } = await client.api('GET', `/v1/connections/${connectionId}/records`);
  return body.data.map(({ id }: { id: string }) => id);
};
const lastFilterDate = async ({ connectionId }: Shop) =>
  (await client.api('GET', `/v1/connections/${connectionId}/variables/lastFilterDate`)).body.value;

/** The span of what the source was asked for since the last time: a listing begins anew after each full page. */
function asked(): string | undefined {
  const [first, ...rest] = source.spans.splice(0);
  expect(rest.filter(({ since, before }) => (since ?? '') < (first?.since ?? '') || before !== first?.before)).toEqual(
    [],
  );
  return first && `${first.since} ${first.before ?? 'on'}`;
}

/** The clock runs from an instant on until what is due by then has been settled. */
async function settledAt(shop: Shop, iso: string): Promise<{ status: string; statusCode: number }> {
  const [settled] = await allSettledAt([shop], iso);
  if (!settled) throw new Error('There is no period.');
  return settled;
}

async function allSettledAt(shops: readonly Shop[], iso: string) {
  const open = await Promise.all(shops.map(async (shop) => ({ shop, ...(await sync(shop)).nextPeriod })));
  runFrom(iso);
  const settled = async ({ shop, id }: (typeof open)[number]) => {
    const { body } = await client.api('GET', `/v1/syncs/${shop.syncId}/periods`);
    const { status } = body.data.find((period: { id: string }) => period.id === id);
    return (status === 'succeeded' || status === 'failed') && { ...(await sync(shop)).lastRun, status };
  };
  return Promise.all(open.map((one) => eventually(() => settled(one), { what: `the period due ${one.dueDate}` })));
}

it('a daily sync with an hour of lookback reads 25 hours, for a period of 24', async () => {
  const shop = await connect({ schedule: DAILY_IN_LONDON, lookback: 'PT1H' });
  await settledAt(shop, '2022-07-13T23:30:00Z');
  expect(asked()).toBe('2022-04-30T22:00:00.000Z 2022-07-13T23:00:00.000Z');
  // Filed late: the source says that it was edited before the last due date.
  source.rows.push({ id: 'late', updatedAt: '2022-07-13T22:30:00.000Z' });
  await settledAt(shop, '2022-07-14T23:30:00Z');
  expect(asked()).toBe('2022-07-13T22:00:00.000Z 2022-07-14T23:00:00.000Z');
  expect(await recordIds(shop)).toEqual(['late']);
  const { body } = await client.api('GET', `/v1/syncs/${shop.syncId}/periods?status=succeeded`);
  expect(body.data).toMatchObject([
    { start: '2022-07-13T23:00:00.000Z', dueDate: '2022-07-14T23:00:00.000Z' },
    { start: '2022-04-30T23:00:00.000Z', dueDate: '2022-07-13T23:00:00.000Z' },
  ]);
});

describe('a sync that reads the previous day', () => {
  const rows = [
    { id: 'first', updatedAt: '2022-05-01T00:30:00.000Z' },
    { id: 'last of the 13th', updatedAt: '2022-07-13T22:59:59.999Z' },
    { id: 'first of the 14th', updatedAt: '2022-07-13T23:00:00.000Z' },
    { id: 'last of the 14th', updatedAt: '2022-07-14T22:59:59.999Z' },
    { id: 'first of the 15th', updatedAt: '2022-07-14T23:00:00.000Z' },
  ];

  it('reads the one full day before each due date, and in its first period every day', async () => {
    source.rows.push(...rows);
    const shop = await connect({ schedule: atSix, readWindow: 'previousDay' });
    await settledAt(shop, '2022-07-14T05:30:00Z');
    expect(asked()).toBe('2022-04-30T23:00:00.000Z 2022-07-13T23:00:00.000Z');
    expect(await recordIds(shop)).toEqual(['first', 'last of the 13th']);
    expect(await lastFilterDate(shop)).toBe('2022-07-13T23:00:00.000Z');
    await settledAt(shop, '2022-07-15T05:30:00Z');
    expect(asked()).toBe('2022-07-13T23:00:00.000Z 2022-07-14T23:00:00.000Z');
    expect(await recordIds(shop)).toEqual(['first', 'last of the 13th', 'first of the 14th', 'last of the 14th']);
    expect(await coverage(shop)).toMatchObject({ complete: true, upTo: '2022-07-15T05:00:00.000Z' });
  });

  it('reads the days of failed due dates with the next', async () => {
    source.rows.push(...rows);
    const shop = await connect({ schedule: atSix, readWindow: 'previousDay' });
    await settledAt(shop, '2022-07-14T05:30:00Z');
    asked();
    source.failures.push(422);
    expect((await settledAt(shop, '2022-07-15T05:30:00Z')).status).toBe('failed');
    asked();
    await settledAt(shop, '2022-07-16T05:30:00Z');
    expect(asked()).toBe('2022-07-13T23:00:00.000Z 2022-07-15T23:00:00.000Z');
    expect(await recordIds(shop)).toHaveLength(5);
  });

  it('reads nothing while no day has ended, and what it put off when one has', async () => {
    const shop = await connect({ schedule: atSix, readWindow: 'previousDay' });
    await settledAt(shop, '2022-07-14T05:30:00Z');
    asked();
    source.rows.push(...rows);
    const run = await client.api('POST', `/v1/syncs/${shop.syncId}/runs`, { type: 'latest' });
    const finished = await eventually(async () => {
      const { body } = await client.api('GET', `/v1/runs/${run.body.id}`);
      return body.finishedAt !== null && body;
    });
    expect(finished).toMatchObject({ state: 'completed', statusCode: 2040, progress: { orders: { fetched: 0 } } });
    expect(asked()).toBeUndefined();
    await settledAt(shop, '2022-07-15T05:30:00Z');
    expect(asked()).toBe('2022-07-13T23:00:00.000Z 2022-07-14T23:00:00.000Z');
  });

  it('goes on where the last day ended when it is told to read by periods', async () => {
    const shop = await connect({ schedule: atSix, readWindow: 'previousDay' });
    await settledAt(shop, '2022-07-14T05:30:00Z');
    asked();
    await client.api('PATCH', `/v1/syncs/${shop.syncId}`, { readWindow: 'period' });
    await settledAt(shop, '2022-07-15T05:30:00Z');
    expect(asked()).toBe('2022-07-13T23:00:00.000Z 2022-07-15T05:00:00.000Z');
  });
});

it('a sync that reads the previous hour reads whole hours of its own clock', async () => {
  await client.api('PATCH', '/v1/client', { frequencyOptions: ['Hourly'] });
  const schedule = { selectedFrequency: 'Hourly', startDate: '2022-07-13', syncHour: 0, timeZone: 'Asia/Kathmandu' };
  const shop = await connect({ schedule, readWindow: 'previousHour' });
  await settledAt(shop, '2022-07-13T15:20:00Z');
  expect(asked()).toBe('2022-07-12T18:15:00.000Z 2022-07-13T15:15:00.000Z');
  await settledAt(shop, '2022-07-13T16:16:00Z');
  expect(asked()).toBe('2022-07-13T15:15:00.000Z 2022-07-13T16:15:00.000Z');
});

describe('a sync whose watermark is the end of its runs', () => {
  it('reads on from where the last listing ended, without a bound', async () => {
    const shop = await connect({ schedule: DAILY_IN_LONDON, watermarkAt: 'runEnd' });
    await settledAt(shop, '2022-07-13T23:30:00Z');
    expect(asked()).toBe('2022-04-30T23:00:00.000Z on');
    const listedAt = await lastFilterDate(shop);
    expect(Date.parse(listedAt)).toBeGreaterThanOrEqual(Date.parse('2022-07-13T23:30:00Z'));
    // Periods and coverage are those of any other sync.
    expect(await sync(shop)).toMatchObject({
      watermark: '2022-07-13T23:00:00.000Z',
      nextPeriod: { start: '2022-07-13T23:00:00.000Z', dueDate: '2022-07-14T23:00:00.000Z' },
    });
    source.failures.push(422);
    expect((await settledAt(shop, '2022-07-14T23:30:00Z')).status).toBe('failed');
    expect(asked()).toBe(`${listedAt} on`);
    expect(await lastFilterDate(shop)).toBe(listedAt);
    await settledAt(shop, '2022-07-15T23:30:00Z');
    expect(asked()).toBe(`${listedAt} on`);
    expect(await lastFilterDate(shop)).not.toBe(listedAt);
    expect(await coverage(shop)).toMatchObject({ complete: true, upTo: '2022-07-15T23:00:00.000Z' });
  });

  it('loses what is filed while it lists, which a sync by periods does not', async () => {
    const byRuns = await connect({ schedule: DAILY_IN_LONDON, watermarkAt: 'runEnd' });
    const byPeriods = await connect({ schedule: DAILY_IN_LONDON });
    await allSettledAt([byRuns, byPeriods], '2022-07-13T23:30:00Z');
    // Edited before the listing ended, and after its page was read.
    source.rows.push({ id: 'unlucky', updatedAt: '2022-07-13T23:30:00.000Z' });
    await allSettledAt([byRuns, byPeriods], '2022-07-14T23:30:00Z');
    expect(await recordIds(byRuns)).toEqual([]);
    expect(await recordIds(byPeriods)).toEqual(['unlucky']);
  });
});

describe('models whose changes the source does not announce', () => {
  /** A source with two lists, and whether it announces the changes of each. */
  const twoModels = (announced: { readonly orders: boolean; readonly prices: boolean }) => {
    const settings = source.settings() as { baseUrl: string; models: { orders: Record<string, unknown> } };
    const of = (announcesChanges: boolean) => ({ ...settings.models.orders, announcesChanges });
    return { ...settings, models: { orders: of(announced.orders), prices: of(announced.prices) } };
  };

  it('are reconciled daily, 25 hours each time, by one call', async () => {
    const shop = await connect(exampleOf('SyncCreateReconciliation'), twoModels({ orders: true, prices: false }));
    await settledAt(shop, '2022-07-13T23:30:00Z');
    asked();
    source.rows.push({ id: 'p1', updatedAt: '2022-07-13T22:00:00.000Z' });
    await settledAt(shop, '2022-07-14T23:30:00Z');
    expect(asked()).toBe('2022-07-13T22:00:00.000Z 2022-07-14T23:00:00.000Z');
    const { body } = await client.api('GET', `/v1/connections/${shop.connectionId}/records`);
    expect(body.data).toMatchObject([{ model: 'prices', id: 'p1' }]);
  });

  it('may be none: then a run reads nothing and succeeds', async () => {
    const shop = await connect(
      { models: 'syncOnly', schedule: DAILY_IN_LONDON },
      twoModels({ orders: true, prices: true }),
    );
    expect(await settledAt(shop, '2022-07-13T23:30:00Z')).toMatchObject({ status: 'succeeded', statusCode: 2040 });
    expect(asked()).toBeUndefined();
    const { body } = await client.api('GET', `/v1/connections/${shop.connectionId}`);
    expect(body.models).toMatchObject([
      { model: 'orders', capabilities: { announcesChanges: true } },
      { model: 'prices', capabilities: { announcesChanges: true } },
    ]);
  });
});
