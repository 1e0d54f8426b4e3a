import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AssignRunDates } from '../../src/dispatch/run-dates/assign-run-dates.js';
import { RecomputeDueDates } from '../../src/dispatch/due-dates/recompute-due-dates.js';
import { instant } from '../../src/domain/time/instant.js';
import { makeId } from '../../src/platform/new-id.js';
import { Database } from '../../src/ports/database.js';
import { manySyncs } from '../support/many-syncs.js';
import { query } from '../support/postgres.js';
import { openPeriodRuns, openPeriodSucceeds, syncOf } from '../support/schedules.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

let world: World;
let client: TestClient;
beforeAll(async () => {
  // No dispatcher of its own: each tick is taken by hand.
  world = await startWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  client = await world.newClient();
  world.clock.set(instant('2023-03-25T12:00:00Z'));
});

const recompute = () => world.app.get(RecomputeDueDates, { strict: false }).tick();
const sql = (text: string, ...parameters: unknown[]) => query(world.database.superuserUrl, text, parameters);
const periodsOf = async (syncId: string) => (await client.api('GET', `/v1/syncs/${syncId}/periods`)).body.data;
const changesOf = async (syncId: string, page = '') =>
  (await client.api('GET', `/v1/syncs/${syncId}/due-date-changes${page}`)).body;
const inBeirut = { selectedFrequency: 'Daily', startDate: '2022-01-01', syncHour: 0, timeZone: 'Asia/Beirut' };

/** As tzdata 2023b had it: the clocks of Lebanon were to be moved on April 21st, not on March 26th. */
async function asOf2023b(syncId: string): Promise<void> {
  await sql(
    `update sync_period set due_date = '2023-03-26T22:00Z', time_zone_data = '2023b'
      where sync_id = $1 and status in ('planned', 'assigned', 'queued', 'running')`,
    syncId,
  );
}

/** Planned for the night in which the clocks were moved, by 2023b an hour later than they were. */
async function plannedBy2023b(): Promise<string> {
  const syncId = await syncOf(client, { schedule: inBeirut });
  await asOf2023b(syncId);
  return syncId;
}

describe('when the rules of a time zone change', () => {
  it('an open due date moves to the same hour of the same date, with a line of why', async () => {
    const syncId = await plannedBy2023b();
    await recompute();
    const [period] = await periodsOf(syncId);
    expect(period).toMatchObject({ dueDate: '2023-03-26T21:00:00.000Z', status: 'planned', runDate: null });
    expect((await changesOf(syncId)).data).toEqual([
      {
        id: expect.stringMatching(/^ddc_/),
        syncId,
        periodId: period.id,
        reason: 'time_zone_data',
        timeZone: 'Asia/Beirut',
        isHeld: false,
        previousDueDate: '2023-03-26T22:00:00.000Z',
        dueDate: '2023-03-26T21:00:00.000Z',
        previousTimeZoneDataVersion: '2023b',
        timeZoneDataVersion: process.versions['tz'],
        changedAt: '2023-03-25T12:00:00.000Z',
      },
    ]);
    await recompute();
    expect((await changesOf(syncId)).data).toHaveLength(1);
  });

  it('a run date that was given for the old due date falls, and is given anew', async () => {
    const syncId = await plannedBy2023b();
    await sql(
      `update sync_period set status = 'assigned', run_date = due_date, run_date_reason = 'on_time', late_at = due_date
        where sync_id = $1`,
      syncId,
    );
    await recompute();
    const [period] = await periodsOf(syncId);
    expect(period).toMatchObject({ status: 'planned', runDate: null, runDateReason: null });
    expect(await sql('select late_at from sync_period where sync_id = $1', syncId)).toEqual([{ late_at: null }]);
  });

  it('a due date that stays keeps its run date; only the version is noted, without a line', async () => {
    const syncId = await syncOf(client, { schedule: { ...inBeirut, timeZone: 'Asia/Tokyo' } });
    await sql(
      `update sync_period set status = 'assigned', run_date = due_date, time_zone_data = '2023b' where sync_id = $1`,
      syncId,
    );
    const [before] = await periodsOf(syncId);
    await recompute();
    expect(await periodsOf(syncId)).toEqual([before]);
    expect((await changesOf(syncId)).data).toEqual([]);
    expect(await sql('select time_zone_data from sync_period where sync_id = $1', syncId)).toEqual([
      { time_zone_data: process.versions['tz'] },
    ]);
  });

  it('what has succeeded stays as it was, to the millisecond', async () => {
    const syncId = await plannedBy2023b();
    await openPeriodSucceeds(world, client, syncId);
    const [done] = (await periodsOf(syncId)).slice(-1);
    expect(done).toMatchObject({ dueDate: '2023-03-26T22:00:00.000Z', status: 'succeeded' });
    await recompute();
    expect((await periodsOf(syncId)).at(-1)).toEqual(done);
    expect((await client.api('GET', `/v1/syncs/${syncId}/coverage`)).body).toMatchObject({ complete: true });
  });

  it('what runs keeps the due date it began with', async () => {
    const syncId = await plannedBy2023b();
    await openPeriodRuns(world, syncId);
    await recompute();
    expect(await periodsOf(syncId)).toMatchObject([{ dueDate: '2023-03-26T22:00:00.000Z', status: 'running' }]);
    expect((await changesOf(syncId)).data).toEqual([]);
  });

  it('what is tried again keeps the due date of its first attempt', async () => {
    const syncId = await plannedBy2023b();
    await sql(
      `update sync_period set status = 'assigned', run_id = $2, run_date = '2023-03-26T22:05Z' where sync_id = $1`,
      syncId,
      makeId('run', await world.clock.now()),
    );
    await recompute();
    expect(await periodsOf(syncId)).toMatchObject([{ dueDate: '2023-03-26T22:00:00.000Z', status: 'assigned' }]);
    expect((await changesOf(syncId)).data).toEqual([]);
  });

  it('a due date that a manual run has put aside moves too, and the run does not', async () => {
    const syncId = await plannedBy2023b();
    await sql(
      `update sync_period set kind = 'latest', status = 'assigned', held_due_date = due_date, run_id = $2,
              due_date = '2023-03-25T11:17Z', run_date = '2023-03-25T11:17Z' where sync_id = $1`,
      syncId,
      makeId('run', await world.clock.now()),
    );
    await recompute();
    expect(await periodsOf(syncId)).toMatchObject([{ dueDate: '2023-03-25T11:17:00.000Z', status: 'assigned' }]);
    expect((await changesOf(syncId)).data).toMatchObject([{ isHeld: true, dueDate: '2023-03-26T21:00:00.000Z' }]);
    expect(await sql('select held_due_date from sync_period where sync_id = $1', syncId)).toEqual([
      { held_due_date: new Date('2023-03-26T21:00:00.000Z') },
    ]);
  });

  it('10,000 open due dates move in one tick, each with its line', async () => {
    const many = { count: 10_000, start: '2023-03-25T22:00Z', dueDate: '2023-03-26T22:00Z' };
    const syncId = await manySyncs(world, client, { ...many, timeZoneData: '2023b', timeZone: 'Asia/Beirut' });
    await recompute();
    const [{ moved, lines } = { moved: 0, lines: 0 }] = await sql(
      `select (select count(*)::int from sync_period where client_id = $1 and due_date = '2023-03-26T21:00Z'
                  and time_zone_data = $2) as moved,
              (select count(*)::int from due_date_change where client_id = $1) as lines`,
      client.clientId,
      process.versions['tz'],
    );
    expect({ moved, lines }).toEqual({ moved: 10_000, lines: 10_000 });
    expect((await changesOf(syncId)).data).toHaveLength(1);
  });
});

describe('lines about moved due dates', () => {
  it('come newest first, page by page', async () => {
    const syncId = await plannedBy2023b();
    for (const minute of ['01', '02', '03']) {
      world.clock.set(instant(`2023-03-25T12:${minute}:00Z`));
      await asOf2023b(syncId);
      await recompute();
    }
    const first = await changesOf(syncId, '?limit=2');
    const rest = await changesOf(syncId, `?limit=2&cursor=${first.nextCursor}`);
    const minutes = [...first.data, ...rest.data].map(({ changedAt }) => changedAt.slice(14, 16));
    expect([minutes, rest.nextCursor]).toEqual([['03', '02', '01'], null]);
  });
});

describe('a process whose time zone data are older than those of a live dispatcher', () => {
  const seen = (timeZoneData: string, roles: readonly string[]) =>
    world.app
      .get(Database, { strict: false })
      .asDispatcher(async ({ dispatch }) =>
        dispatch.seen(
          { id: `process with ${timeZoneData}`, roles, workerConcurrency: 8, timeZoneData },
          await world.clock.now(),
        ),
      );
  const dispatch = () => world.app.get(AssignRunDates, { strict: false }).tick();
  const readiness = async () => {
    const { checks } = (await (await fetch(`${world.baseUrl}/readyz`)).json()) as { checks: Record<string, unknown> };
    return checks['timeZoneData'];
  };
  const outdated = async () =>
    /^meridian_time_zone_data_outdated (\d)$/m.exec(await (await fetch(`${world.baseUrl}/metrics`)).text())?.[1];

  beforeEach(() => sql('with others as (delete from sync_period) delete from process'));

  it('neither recomputes nor assigns, and says so; when the other is gone it does again', async () => {
    const syncId = await plannedBy2023b();
    world.clock.set(instant('2023-03-26T20:55:00Z'));
    await seen('2199a', ['dispatcher']);
    await recompute();
    await dispatch();
    expect(await periodsOf(syncId)).toMatchObject([{ dueDate: '2023-03-26T22:00:00.000Z', status: 'planned' }]);
    expect(await readiness()).toEqual({ ok: true, detail: expect.stringContaining('2199a') });
    expect(await outdated()).toBe('1');
    world.clock.set(instant('2023-03-26T20:56:00Z'));
    await recompute();
    await dispatch();
    expect(await periodsOf(syncId)).toMatchObject([{ dueDate: '2023-03-26T21:00:00.000Z', status: 'assigned' }]);
    expect(await readiness()).toEqual({ ok: true });
    expect(await outdated()).toBe('0');
  });

  it('leaves alone what newer data gave, also when it is the only dispatcher', async () => {
    const syncId = await syncOf(client, { schedule: inBeirut });
    await sql(
      `update sync_period set due_date = '2023-03-26T19:00Z', time_zone_data = '2199a' where sync_id = $1`,
      syncId,
    );
    await recompute();
    expect(await periodsOf(syncId)).toMatchObject([{ dueDate: '2023-03-26T19:00:00.000Z' }]);
  });

  it('goes on while only workers have newer data: somebody has to dispatch', async () => {
    const syncId = await plannedBy2023b();
    world.clock.set(instant('2023-03-26T20:55:00Z'));
    await seen('2199a', ['api', 'worker']);
    await recompute();
    await dispatch();
    expect(await periodsOf(syncId)).toMatchObject([{ dueDate: '2023-03-26T21:00:00.000Z', status: 'assigned' }]);
  });
});
