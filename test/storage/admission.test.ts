import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { instant, plus } from '../../src/domain/time/instant.js';
import { makeId } from '../../src/platform/new-id.js';
import { admitPeriods, pickReady } from '../../src/storage/sql/admit-periods.js';
import { query } from '../support/postgres.js';
import { DAILY_IN_LONDON, syncOf } from '../support/schedules.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const NOW = instant('2022-07-13T15:00:00Z');
const LATER = instant('2022-07-14T00:00:00Z');

let world: World;
let client: TestClient;
beforeAll(async () => {
  world = await startWorld();
  world.clock.set(NOW);
  client = await world.newClient();
});
afterAll(() => world.close());

const assigned = async (): Promise<string> => {
  const syncId = await syncOf(client, { schedule: DAILY_IN_LONDON });
  await query(
    world.database.superuserUrl,
    `update sync_period set status = 'assigned', run_date = due_date, run_date_reason = 'on_time' where sync_id = $1`,
    [syncId],
  );
  return syncId;
};
const periodOf = async (syncId: string) =>
  (
    await query<{ status: string }>(world.database.superuserUrl, 'select status from sync_period where sync_id = $1', [
      syncId,
    ])
  )[0];

it('leaves a period alone whose sync was asked for a run after the periods were looked at', async () => {
  const [first, second] = [await assigned(), await assigned()];
  const dispatcher = new Client({ connectionString: world.database.url });
  await dispatcher.connect();
  try {
    await dispatcher.query('begin; set local role meridian_dispatcher');
    // What the look before the other's commit found; the periods themselves have not changed.
    const { rows: ready } = await dispatcher.query<{ client_id: string; id: string }>(pickReady, [
      new Date(LATER),
      8,
      [],
    ]);
    await dispatcher.query('rollback');
    expect(ready).toHaveLength(2);
    expect((await client.api('POST', `/v1/syncs/${first}/runs`, { type: 'full' })).status).toBe(201);
    await dispatcher.query('begin; set local role meridian_dispatcher');
    const { rows: created } = await dispatcher.query(admitPeriods, [
      ready.map((row) => row.client_id),
      ready.map((row) => row.id),
      ready.map(() => makeId('run', plus(LATER, 1))),
      new Date(LATER),
    ]);
    await dispatcher.query('commit');
    expect(created).toHaveLength(1);
  } finally {
    await dispatcher.end();
  }
  expect([await periodOf(first), await periodOf(second)]).toEqual([{ status: 'assigned' }, { status: 'queued' }]);
});

it('finds the few periods it takes by their keys, however many are ready', async () => {
  const behindTheBack = (sql: string, parameters: unknown[] = []) =>
    query<{ 'QUERY PLAN': string }>(world.database.superuserUrl, sql, parameters);
  const syncId = await assigned();
  await behindTheBack(
    `insert into sync select (jsonb_populate_record(s, jsonb_build_object('id', 'syn_' || n))).*
       from sync s, generate_series(1, 2000) n where s.id = $1`,
    [syncId],
  );
  await behindTheBack(
    `insert into sync_period (client_id, id, sync_id, period_start, due_date, time_zone_data, created_at)
     select client_id, 'per_' || id, id, $1, $2, 'test', $1 from sync where length(id) < 10`,
    [new Date(NOW), new Date(LATER)],
  );
  await behindTheBack(
    `update sync_period set status = 'assigned', run_date = due_date, run_date_reason = 'spread' where status = 'planned'`,
  );
  await behindTheBack('analyze sync_period');
  const plan = await behindTheBack(`explain ${pickReady}`, [new Date(plus(LATER, 1)), 8, []]);
  expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toContain('Index Scan using sync_period_pkey');
});
