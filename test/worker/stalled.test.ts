import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FindStalled } from '../../src/dispatch/stalled/find-stalled.js';
import { PlanAgain } from '../../src/dispatch/stalled/plan-again.js';
import { Database } from '../../src/ports/database.js';
import { instant } from '../../src/domain/time/instant.js';
import { query } from '../support/postgres.js';
import {
  DAILY_IN_LONDON,
  openPeriodIsQueued,
  openPeriodRuns,
  openPeriodSucceeds,
  syncOf,
} from '../support/schedules.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

let world: World;
let client: TestClient;
const logged: string[] = [];

beforeAll(async () => {
  // No dispatcher of its own: each tick is taken by hand.
  world = await startWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  await sql('with others as (delete from client) delete from process');
  client = await world.newClient();
  world.clock.set(instant('2022-07-13T15:00:00Z'));
  logged.length = 0;
  Logger.overrideLogger({ log: () => {}, error: () => {}, warn: keep });
});
afterEach(() => Logger.overrideLogger(false));

const keep = (...said: readonly unknown[]) =>
  void logged.push(said.filter((part) => typeof part === 'string').join(' '));
const sql = (text: string, ...parameters: unknown[]) => query(world.database.superuserUrl, text, parameters);
const planAgain = () => world.app.get(PlanAgain, { strict: false }).tick();
const find = () => world.app.get(FindStalled, { strict: false }).tick();
const periodsOf = async (syncId: string) => (await client.api('GET', `/v1/syncs/${syncId}/periods`)).body.data;
const scheduled = () => syncOf(client, { schedule: DAILY_IN_LONDON });

async function metric(name: string, kind: string): Promise<number> {
  const text = await (await fetch(`${world.baseUrl}/metrics`)).text();
  return Number(new RegExp(`^${name}{kind="${kind}"} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}
const stalled = (kind: string) => metric('meridian_stalled', kind);
const repaired = (kind: string) => metric('meridian_stalled_repaired_total', kind);

const workerAlive = () =>
  world.app
    .get(Database, { strict: false })
    .asDispatcher(async ({ dispatch }) =>
      dispatch.seen(
        { id: 'a worker', roles: ['worker'], workerConcurrency: 8, timeZoneData: '2022a' },
        await world.clock.now(),
      ),
    );

describe('a sync that is on and has nothing planned', () => {
  it('is planned again from where its chain stands, told once', async () => {
    const syncId = await scheduled();
    const done = await openPeriodSucceeds(world, client, syncId);
    const [lost] = await periodsOf(syncId);
    await sql('delete from sync_period where id = $1', lost.id);
    const before = await repaired('no_open_period');
    await planAgain();
    const [again, ...rest] = await periodsOf(syncId);
    expect(again).toMatchObject({ start: lost.start, dueDate: lost.dueDate, status: 'planned' });
    expect([rest.length, rest[0].id]).toEqual([1, done.id]);
    expect(await repaired('no_open_period')).toBe(before + 1);
    expect(logged).toEqual([expect.stringContaining(syncId)]);
    await planAgain();
    expect(await periodsOf(syncId)).toHaveLength(2);
    expect([logged.length, await stalled('no_open_period')]).toEqual([1, 0]);
  });

  it('is planned up to the newest due date when several have passed meanwhile', async () => {
    const syncId = await scheduled();
    await openPeriodSucceeds(world, client, syncId);
    await sql(`delete from sync_period where sync_id = $1 and status = 'planned'`, syncId);
    world.clock.set(instant('2022-07-20T12:00:00Z'));
    await planAgain();
    expect((await periodsOf(syncId))[0]).toMatchObject({
      start: '2022-07-13T23:00:00.000Z',
      dueDate: '2022-07-19T23:00:00.000Z',
      recoveredDueDates: 5,
    });
    expect((await client.api('GET', `/v1/syncs/${syncId}/coverage`)).body.complete).toBe(true);
  });

  it.each([
    ['has no schedule', async () => syncOf(client)],
    ['is switched off', async () => syncOf(client, { schedule: DAILY_IN_LONDON, enabled: false })],
    ['is suspended', async () => changed(`state = 'suspended'`)],
  ])('is something else where it %s', async (_, make) => {
    const syncId = await make();
    await sql('delete from sync_period where sync_id = $1', syncId);
    await planAgain();
    expect(await periodsOf(syncId)).toEqual([]);
    expect(logged).toEqual([]);
  });

  it('is left to whoever holds it at the moment', async () => {
    const syncId = await scheduled();
    await sql('delete from sync_period where sync_id = $1', syncId);
    const editor = new Client({ connectionString: world.database.superuserUrl });
    await editor.connect();
    try {
      await editor.query('begin');
      await editor.query('select from sync where id = $1 for update', [syncId]);
      await planAgain();
      expect(await periodsOf(syncId)).toEqual([]);
    } finally {
      await editor.end();
    }
    await planAgain();
    expect(await periodsOf(syncId)).toHaveLength(1);
  });

  async function changed(set: string): Promise<string> {
    const syncId = await scheduled();
    await sql(`update sync set ${set} where id = $1`, syncId);
    return syncId;
  }
});

describe('a period whose run is gone', () => {
  it.each([
    ['queued', openPeriodIsQueued],
    ['running', openPeriodRuns],
  ])('and which is %s runs again', async (_, make) => {
    const syncId = await scheduled();
    const runId = await make(world, syncId);
    await find();
    expect((await periodsOf(syncId))[0].status).not.toBe('assigned');
    await sql('delete from run where id = $1', runId);
    world.clock.set(instant('2022-07-14T00:00:00Z'));
    await find();
    expect(await periodsOf(syncId)).toMatchObject([
      { status: 'assigned', runDate: '2022-07-14T00:00:00.000Z', runDateReason: 'retry' },
    ]);
    expect(logged).toEqual([expect.stringContaining(`of ${syncId}`)]);
    await find();
    expect([logged.length, await stalled('period_without_run')]).toEqual([1, 0]);
  });
});

describe('work that stands still', () => {
  it('is a due date that passed five minutes ago without a run date', async () => {
    const syncId = await scheduled();
    world.clock.set(instant('2022-07-13T23:05:00Z'));
    await find();
    expect(await stalled('not_assigned')).toBe(0);
    world.clock.set(instant('2022-07-13T23:05:01Z'));
    await find();
    await find();
    expect(await stalled('not_assigned')).toBe(1);
    expect(logged).toEqual([expect.stringContaining(syncId)]);
  });

  it('is a run date that passed a quarter of an hour ago while the pool has room', async () => {
    const syncId = await scheduled();
    await sql(`update sync_period set status = 'assigned', run_date = due_date where sync_id = $1`, syncId);
    world.clock.set(instant('2022-07-13T23:15:01Z'));
    await find();
    expect(await stalled('not_admitted')).toBe(0);
    await workerAlive();
    await find();
    await find();
    expect(await stalled('not_admitted')).toBe(1);
    expect(logged).toEqual([expect.stringContaining(syncId)]);
    // In quiet hours it waits on purpose.
    const quietHours = { startHour: 23, endHour: 4, timeZone: 'Etc/UTC' };
    await sql('update client set quiet_hours = $2 where id = $1', client.clientId, JSON.stringify(quietHours));
    await find();
    expect(await stalled('not_admitted')).toBe(0);
  });

  it('is not what waits for another run of its client', async () => {
    const [waits, runs] = [await scheduled(), await scheduled()];
    await sql(`update sync_period set status = 'assigned', run_date = due_date where sync_id = $1`, waits);
    await openPeriodRuns(world, runs);
    world.clock.set(instant('2022-07-13T23:15:01Z'));
    await workerAlive();
    await find();
    expect(await stalled('not_admitted')).toBe(0);
  });

  it('is a run that began ten minutes ago and has no job', async () => {
    const syncId = await scheduled();
    const runId = await openPeriodRuns(world, syncId);
    await sql('update run set started_at = $2 where id = $1', runId, '2022-07-13T15:00:00Z');
    world.clock.set(instant('2022-07-13T15:10:01Z'));
    await find();
    expect(await stalled('run_without_job')).toBe(1);
    expect(logged).toEqual([expect.stringContaining(runId)]);
    await sql(`insert into pgboss.job (name, data) values ('run', jsonb_build_object('runId', $1::text))`, runId);
    await find();
    expect(await stalled('run_without_job')).toBe(0);
  });

  it('is a handler whose time was up five minutes ago', async () => {
    const runId = await openPeriodRuns(world, await scheduled());
    await sql(
      `update run set awaiting_until = '2022-07-13T15:00:00Z', answer_deadline = '2022-07-13T16:00:00Z' where id = $1`,
      runId,
    );
    world.clock.set(instant('2022-07-13T15:05:01Z'));
    await find();
    expect(await stalled('handler_past_deadline')).toBe(1);
    expect(logged).toEqual([expect.stringContaining(runId)]);
  });
});
