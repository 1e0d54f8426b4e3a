import { afterAll, beforeAll, expect, it } from 'vitest';
import { DomainError } from '../../src/domain/problem.js';
import { RequestRun } from '../../src/sync/request/request-run.js';
import { query } from '../support/postgres.js';
import { connectShop } from '../support/shop-of-a-company.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const CALLERS = 16;
const RANGES = Number(process.env['CHAOS_RANGES'] ?? 100);
const DAY = 24 * 3_600_000;
const START = Date.parse('2026-01-01T00:00:00Z');

let world: World;
let client: TestClient;
let syncIds: readonly string[];

beforeAll(async () => {
  world = await startWorld({ roles: 'api' });
  client = await world.newClient();
  const source = { settings: () => ({ baseUrl: 'https://shop.example', models: { orders: { path: '/orders' } } }) };
  const schedule = { selectedFrequency: 'Monthly', startDate: '2026-01-01', syncHour: 0, timeZone: 'Etc/UTC' };
  const shop = await connectShop(client, source, { schedule });
  const ids = [shop.syncId];
  for (let n = 1; n < 2 * RANGES; n += 1) {
    const { body } = await client.api('POST', `/v1/connections/${shop.connectionId}/syncs`, {
      name: `s${n}`,
      schedule,
    });
    ids.push(body.id);
  }
  syncIds = ids;
});
afterAll(() => world.close());

/** Each caller asks for the range of each sync, all at once; answers the codes of the refusals. */
async function race(ids: readonly string[], rangeOf: (caller: number) => readonly [number, number]) {
  const request = world.app.get(RequestRun);
  const codes = new Map<string, number>();
  const asked = Array.from({ length: CALLERS }, async (_, caller) => {
    const [start, finish] = rangeOf(caller).map((days) => new Date(START + days * DAY).toISOString());
    for (const syncId of ids) {
      const code = await request
        .execute({ clientId: client.clientId, keyId: 'key', syncId }, { type: 'range', start, finish })
        .then(() => 'made')
        .catch((error: unknown) => (error instanceof DomainError ? error.code : String(error)));
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
  });
  await Promise.all(asked);
  return Object.fromEntries(codes);
}

const periodsOf = (ids: readonly string[]) =>
  query<{ sync_id: string; count: number }>(
    world.database.superuserUrl,
    `select sync_id, count(*)::int as count from sync_period
      where sync_id = any ($1::text[]) and kind = 'range' and status <> 'superseded' group by sync_id`,
    [ids],
  );

it(`of ${CALLERS} callers who want the same range of a sync at once, one gets it`, async () => {
  const ids = syncIds.slice(0, RANGES);
  const codes = await race(ids, () => [0, 3]);
  expect(codes).toEqual({ made: RANGES, run_active: RANGES * (CALLERS - 1) });
  const periods = await periodsOf(ids);
  expect(periods).toHaveLength(RANGES);
  expect(periods.every(({ count }) => count === 1)).toBe(true);
});

it(`of ${CALLERS} callers whose ranges partly overlap, one gets his`, async () => {
  const ids = syncIds.slice(RANGES);
  const codes = await race(ids, (caller) => [0, 2 + caller]);
  expect(codes).toEqual({ made: RANGES, run_active: RANGES * (CALLERS - 1) });
  expect((await periodsOf(ids)).every(({ count }) => count === 1)).toBe(true);
});
