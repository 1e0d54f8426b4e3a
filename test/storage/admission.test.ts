import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AdmitRuns } from '../../src/dispatch/admit-runs.js';
import { instant, plus, toIso } from '../../src/domain/time/instant.js';
import { makeId } from '../../src/platform/new-id.js';
import { admitPeriods, holdWaiting } from '../../src/storage/sql/admit-periods.js';
import { waitingPeriods } from '../../src/storage/sql/waiting-periods.js';
import { query } from '../support/postgres.js';
import { DAILY_IN_LONDON, linkedConnection, syncOf } from '../support/schedules.js';
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
/** The parameters of a look at what waits: nothing is full, and the client is asked for eight turns. */
const lookedAt = (at: number) => [new Date(at), 'backfill', [], [], [client.clientId], 8];
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
    const { rows: ready } = await dispatcher.query<{ client_id: string; id: string }>(
      waitingPeriods.nothingFull.moreTurns,
      lookedAt(LATER),
    );
    await dispatcher.query('rollback');
    expect(ready).toHaveLength(2);
    expect((await client.api('POST', `/v1/syncs/${first}/runs`, { type: 'full' })).status).toBe(201);
    await dispatcher.query('begin; set local role meridian_dispatcher');
    const keys = [ready.map((row) => row.client_id), ready.map((row) => row.id)];
    expect((await dispatcher.query(holdWaiting, keys)).rows).toHaveLength(2);
    const { rows: created } = await dispatcher.query(admitPeriods, [
      ...keys,
      ready.map(() => makeId('run', plus(LATER, 1))),
      new Date(LATER),
      new Date(LATER),
    ]);
    await dispatcher.query('commit');
    expect(created).toHaveLength(1);
  } finally {
    await dispatcher.end();
  }
  expect([await periodOf(first), await periodOf(second)]).toEqual([{ status: 'assigned' }, { status: 'queued' }]);
});

const behindTheBack = <Row extends Record<string, unknown>>(sql: string, parameters: unknown[] = []) =>
  query<Row>(world.database.superuserUrl, sql, parameters);
const look = (of: World = world) => of.app.get(AdmitRuns, { strict: false }).look();

/** Workers are alive that execute so many runs at the same time, and nothing waits that was there before. */
async function poolFor(concurrency: number): Promise<void> {
  await behindTheBack(`update sync_period set status = 'superseded', owner_token = null, settled_at = now()
                        where status in ('planned', 'assigned', 'queued', 'running')`);
  await behindTheBack(`update run set state = 'aborted', owner_token = null, finished_at = now()
                        where state in ('created', 'running')`);
  await behindTheBack('delete from process');
  await behindTheBack(
    `insert into process (id, roles, worker_concurrency, time_zone_data, started_at, seen_at)
     values ('w', '{worker}', $1, 'test', $2, $2)`,
    [concurrency, new Date(LATER)],
  );
  world.clock.set(plus(LATER, 1));
}

/** Syncs of a client on one connection, whose periods are ready in this order and lane. */
async function ready(of: TestClient, count: number, lane = 'regular'): Promise<readonly string[]> {
  world.clock.set(NOW);
  const connection = await linkedConnection(of);
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const { body } = await of.api('POST', `/v1/connections/${connection}/syncs`, { schedule: DAILY_IN_LONDON });
    ids.push(body.id);
  }
  await behindTheBack(
    `update sync_period set status = 'assigned', run_date_reason = 'on_time', lane = $2,
            run_date = due_date + array_position($1::text[], sync_id) * interval '1 microsecond'
      where sync_id = any ($1::text[])`,
    [ids, lane],
  );
  world.clock.set(plus(LATER, 1));
  return ids;
}

const active = async (): Promise<Record<string, number>> => {
  const rows = await behindTheBack<{ client_id: string; count: number }>(
    `select client_id, count(*)::int as count from run
      where admitted_at is not null and state in ('created', 'running') group by 1`,
  );
  return Object.fromEntries(rows.map((row) => [row.client_id, row.count]));
};

it('passes no limit where two dispatchers look at the same time', async () => {
  await poolFor(20);
  const other = await startWorld({ database: { ...world.database, drop: () => Promise.resolve() } });
  other.clock.set(plus(LATER, 1));
  try {
    const limited = await world.newClient();
    await ready(limited, 8);
    await world.admin('PATCH', `/admin/v1/clients/${limited.clientId}`, { maxConcurrentRuns: 3 });
    const outcomes = await Promise.all(Array.from({ length: 6 }, (_, n) => look(n % 2 === 0 ? world : other)));
    expect(outcomes.reduce((sum, { admitted }) => sum + admitted, 0)).toBe(3);
    expect(await active()).toEqual({ [limited.clientId]: 3 });
    const jobs = `select from pgboss.job where data ->> 'clientId' = $1`;
    expect(await behindTheBack(jobs, [limited.clientId])).toHaveLength(3);
  } finally {
    await other.close();
  }
});

it('shares the pool between clients, however much of one was ready before', async () => {
  await poolFor(3);
  const [large, small] = [await world.newClient(), await world.newClient()];
  await ready(large, 12);
  expect(await look()).toMatchObject({ admitted: 6 });
  await ready(small, 1);
  await behindTheBack(
    `update run set state = 'completed', finished_at = now()
      where id = (select id from run where client_id = $1 and state = 'created' limit 1)`,
    [large.clientId],
  );
  expect(await look()).toMatchObject({ admitted: 1 });
  expect(await active()).toEqual({ [large.clientId]: 5, [small.clientId]: 1 });
});

it('gives turns to clients one after the other where there are more of them than places', async () => {
  await poolFor(1);
  const clients = [await world.newClient(), await world.newClient(), await world.newClient()];
  for (const each of clients) await ready(each, 4);
  const turns: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    world.clock.set(plus(LATER, 1 + round));
    await look();
    turns.push(...Object.keys(await active()).toSorted());
    await behindTheBack(`update run set state = 'completed', finished_at = now() where state = 'created'`);
    await behindTheBack(`update sync_period set status = 'succeeded', settled_at = now() where status = 'queued'`);
  }
  // Two places a look: each client has had two of the six.
  const counts = clients.map(({ clientId }) => turns.filter((turn) => turn === clientId).length);
  expect(counts).toEqual([2, 2, 2]);
});

it('lets nobody wait behind a connection, a host or a client that has no room', async () => {
  await poolFor(4);
  const [blocked, free] = [await world.newClient(), await world.newClient()];
  const held = await ready(blocked, 6);
  await behindTheBack(
    `update connection set max_concurrent_runs = 1
      where id = (select connection_id from sync where id = $1)`,
    [held[0]],
  );
  await ready(blocked, 2);
  await ready(free, 2);
  await look();
  await look();
  expect(await active()).toEqual({ [blocked.clientId]: 3, [free.clientId]: 2 });
});

it('keeps backfills to their half while regular work waits, and a place for them', async () => {
  await poolFor(4);
  await ready(await world.newClient(), 8, 'backfill');
  await ready(await world.newClient(), 12, 'regular');
  while ((await look()).admitted > 0);
  const lanes = await behindTheBack(
    `select lane, count(*)::int as count from run where state = 'created' group by 1 order by 1`,
  );
  expect(lanes).toEqual([
    { lane: 'backfill', count: 2 },
    { lane: 'regular', count: 6 },
  ]);
});

it('admits bulk only to what all others leave, and what is asked for by hand first', async () => {
  await poolFor(1);
  const [asking, bulk] = [await world.newClient(), await world.newClient()];
  world.clock.set(NOW);
  const inBulk = await syncOf(bulk, { schedule: DAILY_IN_LONDON });
  await bulk.api('POST', '/v1/runs/bulk', {
    select: { syncIds: [inBulk] },
    run: { type: 'latest', syncTo: toIso(NOW) },
  });
  await ready(asking, 2);
  const byHand = await syncOf(asking, {});
  const { body } = await asking.api('POST', `/v1/syncs/${byHand}/runs`, { type: 'full' });
  expect(await look()).toMatchObject({ admitted: 2 });
  const admitted = await behindTheBack<{ id: string }>(
    `select id, trigger from run where admitted_at is not null and state = 'created' order by trigger`,
  );
  expect(admitted).toEqual([
    { id: body.id, trigger: 'full' },
    { id: expect.any(String), trigger: 'schedule' },
  ]);
  await look();
  expect(await active()).toEqual({ [asking.clientId]: 2 });
});

it('leaves what is due alone in quiet hours, and starts what is asked for', async () => {
  await poolFor(4);
  const quiet = await world.newClient();
  await ready(quiet, 2);
  await quiet.api('PATCH', '/v1/client', { quietHours: { startHour: 23, endHour: 2, timeZone: 'Etc/UTC' } });
  const sync = await syncOf(quiet, {});
  await quiet.api('POST', `/v1/syncs/${sync}/runs`, { type: 'full' });
  await look();
  expect(await active()).toEqual({ [quiet.clientId]: 1 });
});

it('leaves a sync alone that has an active run, and takes the next', async () => {
  await poolFor(4);
  const busy = await world.newClient();
  const [first] = await ready(busy, 2);
  await busy.api('POST', `/v1/syncs/${first}/runs`, { type: 'full' });
  await look();
  const runs = await behindTheBack(`select trigger from run where state = 'created' order by trigger`);
  expect(runs).toEqual([{ trigger: 'full' }, { trigger: 'schedule' }]);
});
