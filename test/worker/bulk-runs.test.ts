import { afterEach, beforeEach, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { eventually } from '../support/eventually.js';
import { connectShop, type ShopOfACompany } from '../support/shop-of-a-company.js';
import { Source } from '../support/source.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

let source: Source;
let world: World;
let client: TestClient;

beforeEach(async () => {
  source = await Source.start();
  world = await startWorld({ roles: 'api,dispatcher,worker', workerConcurrency: 1, outboundAllow: [source.origin] });
  client = await world.newClient();
});
afterEach(async () => {
  await world.close();
  await source.close();
});

const schedule = { selectedFrequency: 'Daily', startDate: '2026-03-01', syncHour: 0, timeZone: 'Etc/UTC' };
/** Of what follows when the next due date has come, nothing. */
const firstRunOf = async ({ syncId }: ShopOfACompany) =>
  (await client.api('GET', `/v1/syncs/${syncId}/runs`)).body.data.at(-1);

it('lets what is due go first, however many were asked for at once', async () => {
  world.clock.runFrom(instant('2026-03-01T23:59:00Z'));
  source.rows.push({ id: 'o1', updatedAt: '2026-03-01T00:00:00.000Z' });
  const shops = await Promise.all(Array.from({ length: 6 }, () => connectShop(client, source, { schedule })));
  const due = await connectShop(client, source, { schedule });
  source.hold(0);
  const companyIds = shops.map(({ companyId }) => companyId);
  const asked = await client.api('POST', '/v1/runs/bulk', { select: { companyIds }, run: { type: 'latest' } });
  expect(asked.body).toMatchObject({ started: 6, refused: 0 });
  await eventually(() => source.requests.length > 0, { what: 'the one worker is busy' });
  world.clock.runFrom(instant('2026-03-02T00:05:00Z'));
  await eventually(async () => (await firstRunOf(due)) !== undefined, { what: 'the period that is due is queued' });
  source.release();
  const runs = await eventually(
    async () => {
      const all = await Promise.all([due, ...shops].map(firstRunOf));
      return all.every(({ state }) => state === 'completed') && all;
    },
    { what: 'all runs completed' },
  );
  const order = runs.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt)).map(({ trigger }) => trigger);
  expect(order).toEqual(['bulk', 'schedule', 'bulk', 'bulk', 'bulk', 'bulk', 'bulk']);
});
