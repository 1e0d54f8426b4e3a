import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { liveMemory } from '../support/memory.js';
import { query } from '../support/postgres.js';
import { DAILY_IN_LONDON } from '../support/schedules.js';
import { connectShop, type ShopOfACompany } from '../support/shop-of-a-company.js';
import { UnfilteredSource, type ListedRow } from '../support/unfiltered-source.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

// bench/audit.ts does the same with a million.
const RECORDS = 100_000;
const PAGE = 500;
/** In bytes: a few pages in hand. All records together are more than twice as much. */
const MOST_MEMORY = 32 * 2 ** 20;

let source: UnfilteredSource;
let world: World;
let client: TestClient;
let shop: ShopOfACompany;
/** Half a kilobyte a record: were the records of all pages kept, it would be seen. */
const FILLER = 'x'.repeat(400);
const row = (n: number, version: number): ListedRow => ({
  id: `order-${n}`,
  number: n,
  version,
  lines: [{ sku: `SKU-${n}`, title: `${n}${FILLER}` }],
});

beforeAll(async () => {
  source = await UnfilteredSource.start();
  world = await startWorld({ roles: 'api,dispatcher,worker', outboundAllow: [source.origin] });
  client = await world.newClient();
  shop = await connectShop(client, source, { pageSize: PAGE, schedule: DAILY_IN_LONDON });
});
afterAll(async () => {
  await world.close();
  await source.close();
});

/** One audit of such records: what it counted, and by how much memory rose meanwhile. */
async function audit(rowAt: UnfilteredSource['row']) {
  const idle = liveMemory();
  let memory = 0;
  source.row = (n) => {
    if (n % 10_000 === 0) memory = Math.max(memory, liveMemory() - idle);
    return rowAt(n);
  };
  const { body } = await client.api('POST', `/v1/syncs/${shop.syncId}/runs`, { type: 'latest' });
  const done = await eventually(
    async () => {
      const run = (await client.api('GET', `/v1/runs/${body.id}`)).body;
      return run.finishedAt !== null && run;
    },
    { timeout: 60_000, what: 'the audit done' },
  );
  const { fetched, created, updated, deleted, held } = done.progress.orders;
  return { fetched, created, updated, deleted, held, memory };
}

it(
  'keeps memory flat and finds exactly what has changed, whatever the number of records',
  { timeout: 180_000 },
  async () => {
    source.places = RECORDS;
    const first = await audit((n) => row(n, 1));
    expect(first).toMatchObject({ fetched: RECORDS, created: RECORDS, updated: 0, deleted: 0, held: 0 });

    const second = await audit((n) => row(n, 1));
    expect(second).toMatchObject({ fetched: RECORDS, created: 0, updated: 0, deleted: 0, held: 0 });

    const isGone = (n: number) => n % 1_000 === 7;
    const isEdited = (n: number) => n % 100 === 42;
    const third = await audit((n) => (isGone(n) ? undefined : row(n, isEdited(n) ? 2 : 1)));
    const changes = { updated: RECORDS / 100, deleted: RECORDS / 1_000 };
    expect(third).toMatchObject({ fetched: RECORDS - changes.deleted, created: 0, held: 0, ...changes });
    const wrong = await query(
      world.database.superuserUrl,
      `select record_id from record
      where connection_id = $1
        and ((deleted_at is not null) <> ((data ->> 'number')::integer % 1000 = 7)
             or (data ->> 'version' = '2') <> ((data ->> 'number')::integer % 100 = 42))`,
      [shop.connectionId],
    );
    expect(wrong).toEqual([]);

    for (const { memory } of [first, second, third]) expect(memory).toBeLessThan(MOST_MEMORY);
  },
);
