import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { DAY, instant, MINUTE, plus, toIso, type Instant } from '../../src/domain/time/instant.js';
import { makeId } from '../../src/platform/new-id.js';
import { Database } from '../../src/ports/database.js';
import { allowPage, openPage } from '../support/flow.js';
import { query } from '../support/postgres.js';
import { connectShop, type ShopOfACompany } from '../support/shop-of-a-company.js';
import { Source } from '../support/source.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const NOW: Instant = instant('2026-11-22T12:00:00Z');

let world: World;
let source: Source;
let acme: TestClient;
let shop: ShopOfACompany;
beforeAll(async () => {
  source = await Source.start();
  world = await startWorld({ outboundAllow: [source.origin] });
});
afterAll(async () => {
  await world.close();
  await source.close();
});
beforeEach(async () => {
  world.clock.set(NOW);
  acme = await world.newClient();
  await allowPage(acme);
  shop = await connectShop(acme, source);
});

/** A run that was due some days ago and began so many minutes later. */
async function ran(daysAgo: number, delay: number, more: { attempt?: number; trigger?: string } = {}): Promise<void> {
  const due = plus(NOW, -daysAgo * DAY);
  const begun = toIso(plus(due, delay * MINUTE));
  const { attempt = 1, trigger = 'schedule' } = more;
  const { syncId, companyId, connectionId } = shop;
  await query(
    world.database.superuserUrl,
    `insert into run (client_id, id, sync_id, company_id, connection_id, trigger, state, range_finish, due_date, run_date,
                      attempt, created_at, started_at, finished_at)
     values ($1, $2, $3, $4, $5, $6, 'completed', $7, $7, $7, $8, $7, $9, $9)`,
    [acme.clientId, makeId('run', due), syncId, companyId, connectionId, trigger, toIso(due), attempt, begun],
  );
}

const told = async (): Promise<number | null> => {
  const { page } = await openPage(world, acme, shop.companyId);
  return (await page('POST', '/flow/v1/preview', { configuration: { timeZone: 'Europe/London' } })).body
    .typicalDelayMinutes;
};

it('syncs usually begin within what most of two weeks’ did, by the minute', async () => {
  for (let run = 0; run < 38; run += 1) await ran(1 + run / 10, 3.5);
  for (const delay of [40, 50]) await ran(2, delay);
  await ran(15, 900);
  await ran(1, 900, { attempt: 2 });
  await ran(1, 900, { trigger: 'flow' });
  expect(await told()).toBe(4);
});

it('syncs usually begin nobody knows when, before any has', async () => {
  expect(await told()).toBeNull();
});

it('the figure is taken from the newest runs, and then known for a while', async () => {
  for (const [daysAgo, delay] of [
    [3, 30],
    [2, 20],
    [1, 10],
  ] as const)
    await ran(daysAgo, delay);
  const since = plus(NOW, -14 * DAY);
  const newest = (runs: number) =>
    world.app
      .get(Database, { strict: false })
      .asClient(acme.clientId, ({ flowHistory }) => flowHistory.usualDelay(since, runs));
  expect([await newest(1), await newest(2), await newest(9)]).toEqual([10 * MINUTE, 20 * MINUTE, 30 * MINUTE]);
  expect(await told()).toBe(30);
  await query(world.database.superuserUrl, 'delete from run where client_id = $1', [acme.clientId]);
  expect(await newest(9)).toBeUndefined();
  expect(await told()).toBe(30);
});
