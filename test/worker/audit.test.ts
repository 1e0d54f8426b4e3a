import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { instant, MINUTE } from '../../src/domain/time/instant.js';
import { eventually } from '../support/eventually.js';
import { periodMessages } from '../support/period-messages.js';
import { query } from '../support/postgres.js';
import { DAILY_IN_LONDON } from '../support/schedules.js';
import { connectShop, type ShopOfACompany } from '../support/shop-of-a-company.js';
import { takeOver } from '../support/taken-over-run.js';
import { UnfilteredSource, type ListedRow } from '../support/unfiltered-source.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const START = instant('2022-07-13T15:00:00Z');

let source: UnfilteredSource;
let world: World;
let client: TestClient;
let shop: ShopOfACompany;

beforeAll(async () => {
  source = await UnfilteredSource.start();
  world = await startWorld({ roles: 'api,dispatcher,worker', outboundAllow: [source.origin] });
});
afterAll(async () => {
  await world.close();
  await source.close();
});
beforeEach(async () => {
  world.clock.runFrom(START);
  client = await world.newClient();
  shop = await connectShop(client, source, { pageSize: 10, schedule: DAILY_IN_LONDON });
  source.requests.length = 0;
});
afterEach(() => {
  source.release();
  source.failingOnce.clear();
});

const rows = (count: number, version = 1): ListedRow[] =>
  Array.from({ length: count }, (_, n) => ({ id: `o${n}`, version }));
const without = (gone: (n: number) => boolean, count: number): ListedRow[] => rows(count).filter((_, n) => !gone(n));

const run = async (runId: string) => (await client.api('GET', `/v1/runs/${runId}`)).body;
const finished = (runId: string) =>
  eventually(async () => (await run(runId)).finishedAt !== null && run(runId), { what: `run ${runId} finished` });
async function pulled(body: Record<string, unknown> = { type: 'latest' }) {
  const started = await client.api('POST', `/v1/syncs/${shop.syncId}/runs`, body);
  expect(started.status).toBe(201);
  return finished(started.body.id);
}
const counts = async (body?: Record<string, unknown>) => {
  const { state, progress } = await pulled(body);
  const { fetched, created, updated, deleted, held } = progress.orders;
  return { state, fetched, created, updated, deleted, held };
};
const changes = (some: Record<string, unknown>) => ({
  state: 'completed',
  created: 0,
  updated: 0,
  deleted: 0,
  held: 0,
  ...some,
});

const held = async () =>
  (await client.api('GET', `/v1/connections/${shop.connectionId}/held-deletions`)).body.data as {
    readonly runId: string;
    readonly missing: number;
  }[];
const approve = (runId: string, model = 'orders') =>
  client.api('POST', `/v1/connections/${shop.connectionId}/held-deletions/${model}/approve`, { runId });
const decline = (model = 'orders') =>
  client.api('DELETE', `/v1/connections/${shop.connectionId}/held-deletions/${model}`);

async function feed() {
  const { body } = await client.api('GET', `/v1/connections/${shop.connectionId}/records?limit=200`);
  return body.data as { readonly id: string; readonly deletedAt: string | null; readonly data: unknown }[];
}
const live = async () => (await feed()).filter(({ deletedAt }) => deletedAt === null).length;
const rowsLeft = async (table: 'audit_snapshot' | 'audit_page') =>
  (
    await query<{ n: number }>(
      world.database.superuserUrl,
      `select count(*)::int as n from ${table} where client_id = $1`,
      [client.clientId],
    )
  )[0]?.n;

describe('an audit', () => {
  it('takes everything for a change at first, and nothing for one where nothing was edited', async () => {
    source.holds(rows(35));
    expect(await counts()).toEqual(changes({ fetched: 35, created: 35 }));
    expect(await counts()).toEqual(changes({ fetched: 35 }));
    expect(await rowsLeft('audit_snapshot')).toBe(0);
  });

  it('announces what was edited, added and deleted, and nothing else', async () => {
    source.holds(rows(40));
    await pulled();
    const edited = without((n) => n === 3 || n === 39, 40).map((row) =>
      row.id === 'o7' ? { id: row.id, version: 2 } : row,
    );
    source.holds([...edited, { id: 'new', version: 1 }]);
    expect(await counts()).toEqual(changes({ fetched: 39, created: 1, updated: 1, deleted: 2 }));
    const announced = (await feed()).slice(37);
    expect(announced.map(({ id, deletedAt }) => [id, deletedAt !== null])).toEqual([
      ['o7', false],
      ['new', false],
      ['o3', true],
      ['o39', true],
    ]);
    expect(announced[2]?.data).toEqual({ id: 'o3', version: 1 });
  });

  it('restores a record that has come back', async () => {
    source.holds(rows(10));
    await pulled();
    source.holds(without((n) => n === 0, 10));
    expect(await counts()).toMatchObject({ deleted: 1 });
    source.holds(rows(10));
    expect(await counts()).toMatchObject({ updated: 1, deleted: 0 });
    expect(await live()).toBe(10);
  });

  it('tells a client by webhook how many it has deleted, as written data', async () => {
    source.holds(rows(10));
    await pulled();
    source.holds(rows(9));
    expect(await pulled()).toMatchObject({ statusCode: 2000 });
    const [, message] = await periodMessages(client, shop.syncId);
    expect(message).toMatchObject({ hasMore: false, records: { orders: { deleted: 1, held: 0, deferred: 0 } } });
  });

  it.each([
    ['reads in full', { type: 'full' }],
    ['is filtered by time', { type: 'full', syncSince: '2022-01-01T00:00:00Z', syncSinceBy: 'updated_at' }],
    ['takes the newest alone', { type: 'full', syncLast: 5 }],
  ])('is not what a run does that %s: it deletes nothing', async (_, body) => {
    const withTimes = await connectShop(client, { settings: (size) => source.settings(size, true) }, { pageSize: 10 });
    shop = withTimes;
    const updatedAt = '2022-03-01T00:00:00Z';
    source.holds(rows(20).map(({ id, version }) => ({ id, version, updatedAt })));
    await pulled({ type: 'full' });
    source.holds(rows(19).map(({ id, version }) => ({ id, version, updatedAt })));
    expect(await counts(body)).toMatchObject({ state: 'completed', deleted: 0, held: 0 });
    expect(await live()).toBe(20);
    expect(await rowsLeft('audit_snapshot')).toBe(0);
  });

  it('goes on in the same snapshot when an attempt fails half-way', async () => {
    source.holds(rows(40));
    await pulled();
    source.holds(without((n) => n === 25, 40));
    source.failingOnce.add(20);
    source.requests.length = 0;
    const failed = await pulled();
    expect(failed).toMatchObject({ state: 'errored', progress: { orders: { pages: 2, deleted: 0 } } });
    // What was read before is not listed again: were it needed, half of the model would be missing.
    world.clock.runFrom(instant(failed.nextAttemptAt));
    const retry = await eventually(
      async () =>
        (await client.api('GET', `/v1/runs?syncId=${shop.syncId}&trigger=retry`)).body.data.find(
          ({ finishedAt }: { finishedAt: string | null }) => finishedAt !== null,
        ),
      { what: 'the second attempt' },
    );
    expect(retry).toMatchObject({ state: 'completed', progress: { orders: { pages: 8, deleted: 1, held: 0 } } });
    // The rest, and then all of it once more, as one record was not seen.
    expect(source.requests).toEqual([0, 10, 20, 20, 30, 0, 10, 20, 30]);
    expect(await live()).toBe(39);
    expect(await rowsLeft('audit_page')).toBe(0);
  });

  it('goes on in the same snapshot when another worker takes it over half-way', async () => {
    source.holds(rows(40));
    await pulled();
    source.holds(without((n) => n === 5 || n === 25, 40));
    source.hold(20);
    source.requests.length = 0;
    const { body } = await client.api('POST', `/v1/syncs/${shop.syncId}/runs`, { type: 'latest' });
    await eventually(async () => (await run(body.id)).progress.orders?.pages === 2, { what: 'two pages kept' });
    const other = takeOver(world, client, body.id);
    await eventually(() => source.requests.filter((place) => place === 20).length === 2, {
      what: 'both workers reading',
    });
    source.release();
    await other;
    expect(await finished(body.id)).toMatchObject({
      state: 'completed',
      progress: { orders: { deleted: 2, held: 0 } },
    });
    // Had the second worker begun another snapshot, the first half of the model would not have been seen either.
    const { body: log } = await client.api('GET', `/v1/runs/${body.id}/logs`);
    const doubts = log.data.filter(({ message }: { message: string }) => message.includes('once more'));
    expect(doubts).toMatchObject([{ message: expect.stringContaining('2 of 40 records of orders were not seen') }]);
    expect(await live()).toBe(38);
  });

  it('deletes nothing that another sync of the connection has stored since it began', async () => {
    source.holds(rows(30));
    await pulled();
    const other = await client.api('POST', `/v1/connections/${shop.connectionId}/syncs`, { name: 'other' });
    source.hold(20);
    const started = await client.api('POST', `/v1/syncs/${shop.syncId}/runs`, { type: 'latest' });
    await eventually(() => source.requests.includes(20), { what: 'an audit half-way' });
    await query(
      world.database.superuserUrl,
      `update record set changed_at = $2, model = 'orders' where connection_id = $1 and record_id = 'o29'`,
      [shop.connectionId, new Date(START + MINUTE)],
    );
    expect(other.status).toBe(201);
    source.holds(without((n) => n >= 28, 30));
    source.release();
    expect((await finished(started.body.id)).progress.orders).toMatchObject({ deleted: 1, held: 0 });
    expect((await feed()).filter(({ deletedAt }) => deletedAt !== null).map(({ id }) => id)).toEqual(['o28']);
  });
});

describe('more deletions than one in five', () => {
  beforeEach(async () => {
    source.holds(rows(20));
    await pulled();
    source.holds(rows(12));
  });

  it('are held: the run completes, says so, and nothing is deleted', async () => {
    const done = await pulled();
    expect(done).toMatchObject({
      state: 'completed',
      errorMessage: null,
      statusCode: 2040,
      progress: { orders: { deleted: 0, held: 8 } },
    });
    expect(await live()).toBe(20);
    expect(await held()).toEqual([
      {
        model: 'orders',
        runId: done.id,
        syncId: shop.syncId,
        missing: 8,
        of: 20,
        heldAt: expect.any(String),
        sample: ['o12', 'o13', 'o14', 'o15', 'o16', 'o17', 'o18', 'o19'],
      },
    ]);
    const { body: log } = await client.api('GET', `/v1/runs/${done.id}/logs?level=warn`);
    expect(log.data).toMatchObject([
      { level: 'warn', model: 'orders', message: expect.stringContaining('8 of 20 records of orders are missing') },
    ]);
  });

  it('are made once somebody approves them, but for what has come back or changed', async () => {
    const { id } = await pulled();
    await query(
      world.database.superuserUrl,
      `update record set changed_at = $2 where connection_id = $1 and record_id = 'o19'`,
      [shop.connectionId, new Date(START + 60 * MINUTE)],
    );
    expect(await approve(id)).toMatchObject({ status: 200, body: { deleted: 7 } });
    expect(await live()).toBe(13);
    expect(await held()).toEqual([]);
    expect((await approve(id)).status).toBe(404);
    expect(await rowsLeft('audit_snapshot')).toBe(0);
  });

  it('are not approved by who has looked at others', async () => {
    const first = await pulled();
    source.holds(rows(10));
    const second = await pulled();
    expect(await approve(first.id)).toMatchObject({
      status: 409,
      body: { code: 'hold_superseded' },
    });
    expect(await live()).toBe(20);
    expect(await held()).toMatchObject([{ runId: second.id, missing: 10 }]);
    expect(await approve(second.id)).toMatchObject({ body: { deleted: 10 } });
  });

  it('are forgotten when the next audit finds the records again', async () => {
    await pulled();
    source.holds(rows(20));
    expect(await counts()).toMatchObject({ updated: 0, deleted: 0, held: 0 });
    expect(await held()).toEqual([]);
  });

  it('are replaced by the few that the next audit finds missing, and these are made', async () => {
    await pulled();
    source.holds(rows(18));
    expect(await counts()).toMatchObject({ deleted: 2, held: 0 });
    expect(await held()).toEqual([]);
    expect(await live()).toBe(18);
  });

  it('can be declined; the next audit asks again', async () => {
    await pulled();
    expect((await decline()).status).toBe(204);
    expect((await decline()).status).toBe(404);
    expect(await held()).toEqual([]);
    expect(await live()).toBe(20);
    expect(await counts()).toMatchObject({ held: 8 });
  });

  it('are held where the source has nothing at all', async () => {
    source.holds([]);
    expect(await counts()).toMatchObject({ fetched: 0, deleted: 0, held: 20 });
    expect((await held())[0]).toMatchObject({ missing: 20, of: 20 });
  });
});

it('holds more than a thousand deletions, however large the model', async () => {
  source.holds(rows(6_000));
  const large = await connectShop(client, source, { pageSize: 1_000, schedule: DAILY_IN_LONDON });
  shop = large;
  await pulled();
  source.holds(rows(5_000));
  expect(await counts()).toMatchObject({ deleted: 1_000, held: 0 });
  source.holds(rows(3_999));
  expect(await counts()).toMatchObject({ deleted: 0, held: 1_001 });
  const [hold] = await held();
  expect(await approve(hold?.runId ?? '')).toMatchObject({ body: { deleted: 1_001 } });
});

describe('held deletions', () => {
  it('of nothing, of no model and of another client are not there', async () => {
    expect(await held()).toEqual([]);
    for (const model of ['orders', 'a%2Fb', '%00', 'x'.repeat(101), '%E2%80%AE']) {
      expect((await approve(`run_${'0'.repeat(26)}`, model)).status).toBe(404);
    }
    const { status } = await (
      await world.newClient('Other')
    ).api('GET', `/v1/connections/${shop.connectionId}/held-deletions`);
    expect(status).toBe(404);
  });

  it.each([
    [{}, 'required'],
    [{ runId: 1 }, 'invalid_type'],
    [{ runId: '' }, 'too_short'],
    [{ runId: 'run_1', all: true }, 'unknown_field'],
  ])('are approved by nobody who says %j', async (body, code) => {
    const path = `/v1/connections/${shop.connectionId}/held-deletions/orders/approve`;
    expect(await client.api('POST', path, body)).toMatchObject({ status: 422, body: { errors: [{ code }] } });
  });
});
