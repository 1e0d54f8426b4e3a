import { afterAll, beforeAll, expect, it } from 'vitest';
import { coverage } from '../../src/domain/chain/coverage.js';
import { instant, type Instant } from '../../src/domain/time/instant.js';
import { makeId } from '../../src/platform/new-id.js';
import { Database } from '../../src/ports/database.js';
import { query } from '../support/postgres.js';
import { syncOf } from '../support/schedules.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

let world: World;
let client: TestClient;

beforeAll(async () => {
  world = await startWorld();
  client = await world.newClient();
});
afterAll(() => world.close());

const day = (n: number): Instant => instant(`2026-01-${String(n).padStart(2, '0')}T00:00:00Z`);

/** Succeeded periods, each from one day of January to another, and whether it begins a chain. */
async function syncThatCovers(...spans: readonly (readonly [number, number, boolean?])[]): Promise<string> {
  const syncId = await syncOf(client);
  for (const [start, end, isInitial = false] of spans) {
    await query(
      world.database.superuserUrl,
      `insert into sync_period (client_id, id, sync_id, status, period_start, due_date, run_date, is_initial,
                                time_zone_data, created_at, settled_at)
       values ($1, $2, $3, 'succeeded', $4, $5, $5, $6, 'test', $5, $5)`,
      [client.clientId, makeId('per', day(end)), syncId, new Date(day(start)), new Date(day(end)), isInitial],
    );
  }
  return syncId;
}

const coveredBy = (syncId: string) =>
  world.app.get(Database, { strict: false }).asClient(client.clientId, ({ periods }) => periods.covered(syncId));

it('joins succeeded periods that follow on from one another, whatever order they came in', async () => {
  const syncId = await syncThatCovers([3, 4], [1, 2, true], [2, 3], [6, 7]);
  expect(await coveredBy(syncId)).toEqual([
    { start: day(1), dueDate: day(4), isInitial: true, kind: 'chain' },
    { start: day(6), dueDate: day(7), isInitial: false, kind: 'chain' },
  ]);
});

it('lets a new chain begin a stretch of its own, so that a gap before the old one is not taken for declared', async () => {
  const syncId = await syncThatCovers([1, 2, true], [4, 5], [5, 6, true]);
  expect(await coveredBy(syncId)).toEqual([
    { start: day(1), dueDate: day(2), isInitial: true, kind: 'chain' },
    { start: day(4), dueDate: day(5), isInitial: false, kind: 'chain' },
    { start: day(5), dueDate: day(6), isInitial: true, kind: 'chain' },
  ]);
});

it('tells a range in a declared gap from the chain, so that it does not make the gap one nobody declared', async () => {
  const syncId = await syncThatCovers([1, 2, true], [9, 10, true]);
  await query(
    world.database.superuserUrl,
    `insert into sync_period (client_id, id, sync_id, kind, status, period_start, due_date, run_date, time_zone_data,
                              created_at, settled_at)
     values ($1, $2, $3, 'range', 'succeeded', $4, $5, $5, 'test', $5, $5)`,
    [client.clientId, makeId('per', day(5)), syncId, new Date(day(4)), new Date(day(5))],
  );
  const covered = await coveredBy(syncId);
  expect(covered[1]).toEqual({ start: day(4), dueDate: day(5), isInitial: false, kind: 'range' });
  expect(coverage(covered, day(9))).toMatchObject({
    gaps: [],
    declaredGaps: [
      { start: day(2), dueDate: day(4) },
      { start: day(5), dueDate: day(9) },
    ],
  });
});

it('finds the succeeded periods that touch a span, and the newest', async () => {
  const syncId = await syncThatCovers([1, 2], [2, 3], [3, 4], [4, 5]);
  const found = await world.app.get(Database, { strict: false }).asClient(client.clientId, async ({ periods }) => ({
    touching: await periods.succeeded(syncId, day(2), day(4)),
    newest: await periods.newestSucceeded(syncId),
    backwards: await periods.succeeded(syncId, day(4), day(2)),
  }));
  expect(found.backwards).toEqual([]);
  expect(found.touching.map(({ start }) => start)).toEqual([day(2), day(3)]);
  expect(found.newest).toEqual({ start: day(4), dueDate: day(5) });
});

it('answers one stretch for two weeks of a sync that runs every minute', async () => {
  const syncId = await syncOf(client);
  await query(
    world.database.superuserUrl,
    `insert into sync_period (client_id, id, sync_id, status, period_start, due_date, run_date, is_initial,
                              time_zone_data, created_at, settled_at)
     select $1, 'per_' || n, $2, 'succeeded', at, at + interval '1 minute', at + interval '1 minute', n = 0, 'test', at, at
       from generate_series(0, 20000) n, lateral (select timestamptz '2026-01-01Z' + n * interval '1 minute' as at) at`,
    [client.clientId, syncId],
  );
  expect(await coveredBy(syncId)).toHaveLength(1);
});
