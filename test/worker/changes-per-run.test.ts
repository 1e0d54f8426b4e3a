import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { eventually } from '../support/eventually.js';
import { periodMessages } from '../support/period-messages.js';
import { query } from '../support/postgres.js';
import { DAILY_IN_LONDON } from '../support/schedules.js';
import { connectShop, type ShopOfACompany } from '../support/shop-of-a-company.js';
import { takeOver } from '../support/taken-over-run.js';
import { UnfilteredSource, type ListedRow } from '../support/unfiltered-source.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

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
  world.clock.runFrom(instant('2022-07-13T15:00:00Z'));
  client = await world.newClient();
  shop = await connectShop(client, source, { pageSize: 250, schedule: DAILY_IN_LONDON });
});
afterEach(() => {
  source.release();
  source.failingOnce.clear();
  source.requests.length = 0;
});

const rows = (count: number, version = 1): ListedRow[] =>
  Array.from({ length: count }, (_, n) => ({ id: `o${String(n).padStart(4, '0')}`, version }));
const cap = async (changesPerRun: number | null) =>
  expect((await client.api('PATCH', `/v1/syncs/${shop.syncId}`, { changesPerRun })).status).toBe(200);

const finished = (runId: string) =>
  eventually(
    async () => {
      const { body } = await client.api('GET', `/v1/runs/${runId}`);
      return body.finishedAt !== null && body;
    },
    { what: `run ${runId} finished` },
  );
async function pulled(body: Record<string, unknown> = { type: 'latest' }) {
  const started = await client.api('POST', `/v1/syncs/${shop.syncId}/runs`, body);
  expect(started.status).toBe(201);
  return finished(started.body.id);
}
/** Changes announced by a run, those it left for the next, and whether it says so. */
async function outcome(body?: Record<string, unknown>) {
  const { state, partial, progress } = await pulled(body);
  const { created, updated, deleted, deferred } = progress.orders;
  return { state, partial, announced: created + updated + deleted, deferred };
}
const completed = (announced: number, deferred: number, partial: boolean) => ({
  state: 'completed',
  partial,
  announced,
  deferred,
});

/** Everything in the feed, in its order: id and version, `-` for what is deleted. */
const feed = async (): Promise<readonly string[]> =>
  (
    await query<{ entry: string }>(
      world.database.superuserUrl,
      `select record_id || ' ' || case when deleted_at is null then data ->> 'version' else '-' end as entry
         from record where connection_id = $1 order by sequence`,
      [shop.connectionId],
    )
  ).map(({ entry }) => entry);
const entries = (from: number, to: number, version: number | '-' = 1): readonly string[] =>
  rows(to)
    .slice(from)
    .map(({ id }) => `${id} ${version}`);

describe('a sync that announces a thousand changes a run', () => {
  it('announces 2,500 by three runs, in order, while all are read by the first', async () => {
    await cap(1_000);
    source.holds(rows(2_500));
    expect(await outcome()).toEqual(completed(1_000, 1_500, true));
    expect(await feed()).toEqual(entries(0, 1_000));
    expect(await outcome()).toEqual(completed(1_000, 0, true));
    expect(await feed()).toEqual(entries(0, 2_000));
    expect(await outcome()).toEqual(completed(500, 0, false));
    expect(await feed()).toEqual(entries(0, 2_500));
    expect(await outcome()).toEqual(completed(0, 0, false));
    const messages = await periodMessages(client, shop.syncId);
    expect(messages.map(({ hasMore }) => hasMore)).toEqual([true, true, false, false]);
  });

  it('announces what earlier runs left before its own', async () => {
    await cap(1_000);
    source.holds(rows(1_200));
    expect(await outcome()).toEqual(completed(1_000, 200, true));
    source.holds([...rows(1_200), { id: 'new', version: 1 }]);
    expect(await outcome()).toEqual(completed(201, 0, false));
    expect((await feed()).slice(1_000)).toEqual([...entries(1_000, 1_200), 'new 1']);
  });

  it('announces the newest version of what waits, in its place', async () => {
    await cap(100);
    source.holds(rows(300));
    await pulled();
    source.holds([...rows(150), ...rows(300, 2).slice(150)]);
    expect(await outcome()).toEqual(completed(100, 150, true));
    expect(await feed()).toEqual([...entries(0, 150), ...entries(150, 200)]);
    expect(await outcome()).toEqual(completed(100, 0, true));
    expect((await feed()).slice(-100)).toEqual(entries(200, 300, 2));
    expect(await outcome()).toEqual(completed(50, 0, false));
    expect((await feed()).slice(-50)).toEqual(entries(150, 200, 2));
  });

  it('counts deletions as changes', async () => {
    source.holds(rows(100));
    await pulled();
    await cap(4);
    source.holds(rows(90));
    expect(await outcome()).toEqual(completed(4, 6, true));
    expect(await outcome()).toEqual(completed(4, 0, true));
    expect(await outcome()).toEqual(completed(2, 0, false));
    expect(await feed()).toEqual([...entries(0, 90), ...entries(90, 100, '-')]);
  });

  it('loses and doubles nothing when attempts fail: together they announce no more than one run may', async () => {
    await cap(1_000);
    source.holds(rows(2_500));
    source.failingOnce.add(750);
    const failed = await pulled();
    expect(failed).toMatchObject({ state: 'errored', progress: { orders: { created: 750 } } });
    world.clock.runFrom(instant(failed.nextAttemptAt));
    const retry = await eventually(
      async () =>
        (await client.api('GET', `/v1/runs?syncId=${shop.syncId}&trigger=retry`)).body.data.find(
          ({ finishedAt }: { finishedAt: string | null }) => finishedAt !== null,
        ),
      { what: 'the second attempt' },
    );
    expect(retry).toMatchObject({
      state: 'completed',
      partial: true,
      progress: { orders: { created: 1_000, deferred: 1_500 } },
    });
    expect(await feed()).toEqual(entries(0, 1_000));
    expect(await outcome()).toEqual(completed(1_000, 0, true));
    expect(await outcome()).toEqual(completed(500, 0, false));
    expect(await feed()).toEqual(entries(0, 2_500));
  });

  it('loses and doubles nothing when another worker takes it over half-way', async () => {
    await cap(1_000);
    source.holds(rows(2_500));
    source.hold(750);
    const { body } = await client.api('POST', `/v1/syncs/${shop.syncId}/runs`, { type: 'latest' });
    await eventually(async () => (await feed()).length === 750, { what: 'three pages kept' });
    const other = takeOver(world, client, body.id);
    await eventually(() => source.requests.filter((place) => place === 750).length === 2, {
      what: 'both workers reading',
    });
    source.release();
    await other;
    expect(await finished(body.id)).toMatchObject({ state: 'completed', partial: true });
    expect(await feed()).toEqual(entries(0, 1_000));
    expect(await outcome()).toEqual(completed(1_000, 0, true));
    expect(await outcome()).toEqual(completed(500, 0, false));
    expect(await feed()).toEqual(entries(0, 2_500));
  });

  it('lets a full run, too, announce no more', async () => {
    await cap(10);
    source.holds(rows(25));
    expect(await outcome({ type: 'full' })).toEqual(completed(10, 15, true));
    expect(await outcome({ type: 'full', force: true })).toEqual(completed(10, 25, true));
    expect(await outcome({ type: 'full' })).toEqual(completed(10, 0, true));
  });

  it('announces all that is left once the cap is gone', async () => {
    await cap(10);
    source.holds(rows(2_400));
    expect(await outcome()).toEqual(completed(10, 2_390, true));
    await cap(null);
    expect(await outcome()).toEqual(completed(2_390, 0, false));
    expect(await feed()).toEqual(entries(0, 2_400));
  });
});
