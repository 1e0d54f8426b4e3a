import { afterAll, beforeAll, expect, it } from 'vitest';
import { AdmitRuns } from '../../src/dispatch/admit-runs.js';
import { instant } from '../../src/domain/time/instant.js';
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

const MINUTE = 60_000;
const noon = instant('2026-01-01T12:00:00Z');

async function assigned(runDate: number, cost: number): Promise<void> {
  await query(
    world.database.superuserUrl,
    `insert into sync_period (client_id, id, sync_id, status, period_start, due_date, run_date, cost_seconds,
                              time_zone_data, created_at)
     values ($1, $2, $3, 'assigned', $4, $5, $5, $6, 'test', $4)`,
    [client.clientId, makeId('per', noon), await syncOf(client), new Date(noon - 1), new Date(runDate), cost],
  );
}

it('books work in the slot of its run date, and what a slot cannot hold in the ones after it', async () => {
  await assigned(noon, 5);
  await assigned(noon + 30_000, 7);
  await assigned(noon + 2 * MINUTE, 100);
  const booked = await world.app
    .get(Database, { strict: false })
    .asDispatcher(({ dispatch }) =>
      dispatch.booked(noon, { slotLength: MINUTE, capacity: 48, sources: { exceptions: new Map() } }),
    );
  // A slot holds 43.2 seconds of regular work; the rest is kept for backfills.
  expect(booked.toSorted((a, b) => a.slot - b.slot)).toEqual([
    { slot: noon, lane: 'regular', seconds: 12 },
    { slot: noon + 2 * MINUTE, lane: 'regular', seconds: 43.2 },
    { slot: noon + 3 * MINUTE, lane: 'regular', seconds: 43.2 },
    { slot: noon + 4 * MINUTE, lane: 'regular', seconds: expect.closeTo(13.6, 3) },
  ]);
});

it('gives a run a new job when its own is gone, and no second one', async () => {
  const syncId = await syncOf(client);
  const { body: run } = await client.api('POST', `/v1/syncs/${syncId}/runs`, { type: 'full' });
  const jobs = () =>
    query(world.database.superuserUrl, `select name from pgboss.job where data ->> 'runId' = $1`, [run.id]);
  const dispatcher = world.app.get(AdmitRuns, { strict: false });
  expect(await jobs()).toEqual([]);
  await query(world.database.superuserUrl, 'update run set admitted_at = created_at where id = $1', [run.id]);
  await dispatcher.enqueueAgain();
  // Too young to be forgotten: its job may be on its way.
  expect(await jobs()).toEqual([]);
  await query(
    world.database.superuserUrl,
    `update run set created_at = created_at - interval '6 minutes' where id = $1`,
    [run.id],
  );
  await dispatcher.enqueueAgain();
  await dispatcher.enqueueAgain();
  expect(await jobs()).toEqual([{ name: 'run' }]);
});
