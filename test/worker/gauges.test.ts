import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AssignRunDates } from '../../src/dispatch/run-dates/assign-run-dates.js';
import { ReadStanding } from '../../src/dispatch/standing/read-standing.js';
import { TellLate } from '../../src/dispatch/tell-late.js';
import { instant } from '../../src/domain/time/instant.js';
import { makeId } from '../../src/platform/new-id.js';
import { Database } from '../../src/ports/database.js';
import { query } from '../support/postgres.js';
import { DAILY_IN_LONDON, openPeriodIsQueued, openPeriodRuns, syncOf } from '../support/schedules.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

let world: World;
let client: TestClient;
beforeAll(async () => {
  // No dispatcher of its own: each tick is taken by hand.
  world = await startWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  await sql('with others as (delete from client) delete from process');
  client = await world.newClient();
  world.clock.set(instant('2022-07-13T15:00:00Z'));
});

const sql = (text: string, ...parameters: unknown[]) => query(world.database.superuserUrl, text, parameters);
const scheduled = () => syncOf(client, { schedule: DAILY_IN_LONDON });
const scrape = async () => (await fetch(`${world.baseUrl}/metrics`)).text();

/** A scrape that nothing is kept for. */
async function metrics(): Promise<(name: string) => number | undefined> {
  Object.assign(world.app.get(ReadStanding, { strict: false }), { latest: undefined });
  const text = await scrape();
  return (name) => {
    const line = text.split('\n').find((one) => one.startsWith(`${name} `));
    return line === undefined ? undefined : Number(line.slice(name.length + 1));
  };
}

const seen = (id: string, roles: readonly string[], timeZoneData = '2019a') =>
  world.app
    .get(Database, { strict: false })
    .asDispatcher(async ({ dispatch }) =>
      dispatch.seen({ id, roles, workerConcurrency: 4, timeZoneData }, await world.clock.now()),
    );

describe('gauges of the installation', () => {
  it('show nothing due while nothing is', async () => {
    await scheduled();
    const gauge = await metrics();
    expect(gauge('meridian_oldest_due_age_seconds')).toBe(0);
    expect(gauge('meridian_oldest_ready_age_seconds')).toBe(0);
    expect(gauge('meridian_oldest_delivery_age_seconds')).toBe(0);
    expect(gauge('meridian_queue_depth{stage="ready"}')).toBe(0);
    expect(gauge('meridian_late_periods')).toBe(0);
    expect(gauge('meridian_worker_concurrency')).toBe(0);
    expect(gauge('meridian_database_up')).toBe(1);
  });

  it('show how long the oldest has been due, planned or running, and the oldest run date', async () => {
    const [first] = [await scheduled(), await scheduled(), await openPeriodRuns(world, await scheduled())];
    await sql(`update sync_period set due_date = due_date - interval '1 hour' where status = 'running'`);
    await sql(
      `update sync_period set status = 'assigned', run_date = due_date + interval '1 minute' where sync_id = $1`,
      first,
    );
    world.clock.set(instant('2022-07-13T23:10:00Z'));
    const gauge = await metrics();
    expect(gauge('meridian_oldest_due_age_seconds')).toBe(4200);
    expect(gauge('meridian_oldest_ready_age_seconds')).toBe(540);
    await sql(`delete from sync_period where status = 'running'`);
    expect((await metrics())('meridian_oldest_due_age_seconds')).toBe(600);
  });

  it('do not take what a manual run is asked for as due since then', async () => {
    const syncId = await scheduled();
    await sql(
      `update sync_period set kind = 'range', status = 'assigned', run_date = $2, due_date = '2022-06-01T00:00Z'
        where sync_id = $1`,
      syncId,
      '2022-07-13T15:00:00Z',
    );
    expect((await metrics())('meridian_oldest_due_age_seconds')).toBe(0);
  });

  it('count what waits, what runs and what the code of clients has', async () => {
    const [ready, queued, running, handed] = [
      await scheduled(),
      await scheduled(),
      await scheduled(),
      await scheduled(),
    ];
    await sql(`update sync_period set status = 'assigned', run_date = due_date where sync_id = $1`, ready);
    await openPeriodIsQueued(world, queued);
    await sql(`update run set admitted_at = created_at where sync_id = $1`, queued);
    await openPeriodRuns(world, running);
    await sql(`update run set admitted_at = created_at where sync_id = $1`, running);
    await client.api('POST', `/v1/syncs/${await scheduled()}/runs`, { type: 'full' });
    const runId = await openPeriodRuns(world, handed);
    await sql(`update run set awaiting_until = $2, answer_deadline = $2 where id = $1`, runId, '2022-07-14T06:00:00Z');
    world.clock.set(instant('2022-07-13T23:00:00Z'));
    const gauge = await metrics();
    expect(gauge('meridian_queue_depth{stage="ready"}')).toBe(1);
    expect(gauge('meridian_queue_depth{stage="requested"}')).toBe(1);
    expect(gauge('meridian_queue_depth{stage="created"}')).toBe(1);
    expect(gauge('meridian_open_runs{state="running"}')).toBe(1);
    expect(gauge('meridian_open_runs{state="awaiting"}')).toBe(1);
  });

  it('count late periods, before and after their client was told', async () => {
    await scheduled();
    world.clock.set(instant('2022-07-13T23:00:00Z'));
    await world.app.get(AssignRunDates, { strict: false }).tick();
    expect((await metrics())('meridian_late_periods')).toBe(0);
    world.clock.set(instant('2022-07-14T23:00:00Z'));
    expect((await metrics())('meridian_late_periods')).toBe(1);
    const told = (await metrics())('meridian_periods_late_total') ?? 0;
    await world.app.get(TellLate, { strict: false }).tick();
    const gauge = await metrics();
    expect(gauge('meridian_late_periods')).toBe(1);
    expect(gauge('meridian_periods_late_total')).toBe(told + 1);
  });

  it('show the oldest attempt that is due, but not to an endpoint that is paused or disabled', async () => {
    const { body: endpoint } = await client.api('POST', '/v1/webhook-endpoints', {
      url: 'https://hooks.example.com/in',
    });
    const messageId = makeId('msg', await world.clock.now());
    await sql(
      `with message as (insert into webhook_message (client_id, id, type, body, created_at)
                          values ($1, $2, 'webhook.test', '{}', $4))
       insert into webhook_delivery (client_id, message_id, endpoint_id, next_attempt_at) values ($1, $2, $3, $4)`,
      client.clientId,
      messageId,
      endpoint.id,
      '2022-07-13T14:58:00Z',
    );
    const oldest = async () => (await metrics())('meridian_oldest_delivery_age_seconds');
    expect(await oldest()).toBe(120);
    await sql(`update webhook_endpoint set paused_until = '2022-07-13T15:01Z'`);
    expect(await oldest()).toBe(0);
    await sql(`update webhook_endpoint set paused_until = null, disabled_reason = 'gone'`);
    expect(await oldest()).toBe(0);
  });

  it('show live processes, what they can take, and how full the next slots are', async () => {
    await seen('a', ['worker', 'api']);
    // As those of this very process, which may be seen at any moment.
    await seen('b', ['worker', 'dispatcher'], process.versions['tz']);
    const [now, ahead] = [await scheduled(), await scheduled()];
    const book = (syncId: string, runDate: string, cost: number) =>
      sql(
        `update sync_period set status = 'assigned', due_date = $2, run_date = $2, cost_seconds = $3 where sync_id = $1`,
        syncId,
        runDate,
        cost,
      );
    await book(now, '2022-07-13T15:00:20Z', 38.4);
    await book(ahead, '2022-07-13T15:02:00Z', 400);
    const gauge = await metrics();
    expect(gauge('meridian_live_processes{role="worker"}')).toBe(2);
    expect(gauge('meridian_live_processes{role="dispatcher"}')).toBe(1);
    expect(gauge('meridian_worker_concurrency')).toBe(8);
    expect(gauge('meridian_time_zone_data_versions')).toBe(2);
    expect(gauge('meridian_slot_capacity_seconds')).toBe(384);
    const ratios = ['0', '1', '2', '3', '4'].map((slot) => gauge(`meridian_slot_planned_ratio{ahead="${slot}"}`));
    expect(ratios.map((ratio) => ratio?.toFixed(3))).toEqual(['0.100', '0.000', '0.156', '0.156', '0.156']);
    world.clock.set(instant('2022-07-13T15:00:16Z'));
    expect((await metrics())('meridian_live_processes{role="worker"}')).toBeUndefined();
  });

  it('tell the time zone data of Node, and what those of PostgreSQL are at least', async () => {
    const text = await scrape();
    expect(text).toContain(`meridian_time_zone_data_info{source="node",version="${process.versions['tz']}"} 1`);
    expect(text).toMatch(/^meridian_time_zone_data_info{source="postgresql",version=">=20\d\d[a-z]+"} 1$/m);
  });

  it('are read once for scrapes within five seconds', async () => {
    expect((await metrics())('meridian_live_processes{role="worker"}')).toBeUndefined();
    await seen('a', ['worker']);
    expect(await scrape()).not.toContain('meridian_live_processes{role="worker"}');
    expect((await metrics())('meridian_live_processes{role="worker"}')).toBe(1);
  });

  it('name no client, company, connection or sync', async () => {
    const syncId = await scheduled();
    expect(await scrape()).not.toMatch(new RegExp(`${client.clientId}|${syncId}|Acme`));
  });
});

describe('gauges of the process', () => {
  it('show how each tick keeps up', async () => {
    const gauge = await metrics();
    expect(gauge('meridian_tick_period_seconds{tick="heartbeat"}')).toBe(2);
    expect(gauge('meridian_tick_lag_seconds{tick="heartbeat"}')).toBeLessThan(30);
    expect(gauge('meridian_tick_duration_seconds{tick="heartbeat"}')).toBeGreaterThan(0);
  });
});

it('docs/operating.md tells of every metric, and of no other', async () => {
  const told = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'operating.md'), 'utf8');
  const inTables = [...told.matchAll(/^\| `(meridian_\w+)/gm)].map(([, name = '']) => name);
  const shown = [...(await scrape()).matchAll(/^# TYPE (meridian_\w+)/gm)].map(([, name = '']) => name);
  expect([...new Set(inTables)].toSorted()).toEqual(shown.toSorted());
});
