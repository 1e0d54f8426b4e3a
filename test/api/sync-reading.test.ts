import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { exampleOf } from '../support/operations.js';
import { query } from '../support/postgres.js';
import { DAILY_IN_LONDON, linkedConnection, openPeriodRuns, syncOf } from '../support/schedules.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

let world: World;
let client: TestClient;
beforeAll(async () => {
  world = await startWorld();
  client = await world.newClient();
  world.clock.set(instant('2022-07-13T15:00:00Z'));
});
afterAll(() => world.close());

const get = async (syncId: string) => (await client.api('GET', `/v1/syncs/${syncId}`)).body;
const patch = (syncId: string, body: unknown) => client.api('PATCH', `/v1/syncs/${syncId}`, body);
const create = async (body: unknown) =>
  client.api('POST', `/v1/connections/${await linkedConnection(client)}/syncs`, body);
const problems = ({ body }: { body: { errors: { pointer: string; code: string }[] } }) =>
  body.errors.map(({ pointer, code }) => `${pointer} ${code}`).toSorted();

describe('how a sync reads', () => {
  it('is by its periods, unless it says otherwise', async () => {
    expect((await create({})).body).toMatchObject({
      models: [],
      readWindow: 'period',
      watermarkAt: 'periodEnd',
      changesPerRun: null,
      configured: false,
    });
  });

  it('is said when it is made, and changed one by one', async () => {
    const settings = { models: 'syncOnly', readWindow: 'previousHour', changesPerRun: 1_000, lookback: 'P1D' };
    const { status, body } = await create({ ...settings, schedule: DAILY_IN_LONDON });
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...settings, watermarkAt: 'periodEnd', configured: true });
    expect(await get(body.id)).toEqual(body);
    const changed = await patch(body.id, { models: ['orders'], changesPerRun: null });
    expect(changed.body).toMatchObject({ models: ['orders'], readWindow: 'previousHour', changesPerRun: null });
    const again = await patch(body.id, { readWindow: 'period', watermarkAt: 'runEnd' });
    expect(again.body).toMatchObject({ models: ['orders'], readWindow: 'period', watermarkAt: 'runEnd' });
    expect((await patch(body.id, { models: 'syncOnly' })).body.models).toBe('syncOnly');
    expect((await patch(body.id, { models: [] })).body.models).toEqual([]);
  });

  it('is set up for reconciliation by the one call that the contract shows', async () => {
    const { status, body } = await create(exampleOf('SyncCreateReconciliation'));
    expect(status).toBe(201);
    expect(body).toMatchObject({ models: 'syncOnly', lookback: 'PT1H', configured: true, state: 'active' });
  });

  it('reports every wrong setting at once', async () => {
    const answer = await create({ models: 'all', readWindow: 'previousWeek', watermarkAt: 7, changesPerRun: 0 });
    expect(answer.status).toBe(422);
    expect(problems(answer)).toEqual([
      '/changesPerRun out_of_range',
      '/models invalid_type',
      '/readWindow unsupported_value',
      '/watermarkAt invalid_type',
    ]);
  });

  it.each([
    [1_000_001, 'out_of_range'],
    [-1, 'out_of_range'],
    [1.5, 'invalid_type'],
    ['1000', 'invalid_type'],
    [true, 'invalid_type'],
  ])('announces no %j changes in a run', async (changesPerRun, code) => {
    expect(problems(await create({ changesPerRun }))).toEqual([`/changesPerRun ${code}`]);
  });

  it('is either by whole days and hours or on from the last listing', async () => {
    const senseless = { readWindow: 'previousDay', watermarkAt: 'runEnd' };
    expect(problems(await create(senseless))).toEqual(['/watermarkAt not_applicable']);
    const syncId = await syncOf(client, { readWindow: 'previousDay' });
    expect(problems(await patch(syncId, { watermarkAt: 'runEnd' }))).toEqual(['/watermarkAt not_applicable']);
    const other = await syncOf(client, { watermarkAt: 'runEnd' });
    expect(problems(await patch(other, { readWindow: 'previousHour' }))).toEqual(['/readWindow not_applicable']);
    expect((await patch(other, { readWindow: 'previousHour', watermarkAt: 'periodEnd' })).status).toBe(200);
  });
});

describe('while a run has the period, how a sync reads', () => {
  it.each([{ readWindow: 'previousDay' }, { watermarkAt: 'runEnd' }])('stays: %j is refused', async (change) => {
    const syncId = await syncOf(client, { schedule: DAILY_IN_LONDON });
    const runId = await openPeriodRuns(world, syncId);
    const { status, body } = await patch(syncId, change);
    expect([status, body.code, body.activeRunId]).toEqual([409, 'run_active', runId]);
    expect((await patch(syncId, { readWindow: 'period', watermarkAt: 'periodEnd', lookback: 'PT1H' })).status).toBe(
      200,
    );
  });

  it('stays in its days too: their zone is not changed', async () => {
    const schedule = { ...DAILY_IN_LONDON, timeZone: 'Asia/Tokyo' };
    const byDays = await syncOf(client, { schedule: DAILY_IN_LONDON, readWindow: 'previousDay' });
    await openPeriodRuns(world, byDays);
    const refused = await client.api('PUT', `/v1/syncs/${byDays}/schedule`, schedule);
    expect([refused.status, refused.body.code]).toEqual([409, 'run_active']);
    const byPeriods = await syncOf(client, { schedule: DAILY_IN_LONDON });
    await openPeriodRuns(world, byPeriods);
    expect((await client.api('PUT', `/v1/syncs/${byPeriods}/schedule`, schedule)).status).toBe(200);
  });
});

it('begins a period anew that waits for another attempt, when how to read it changes', async () => {
  const syncId = await syncOf(client, { schedule: DAILY_IN_LONDON });
  const runId = await openPeriodRuns(world, syncId);
  // The attempt has failed half-way.
  await query(
    world.database.superuserUrl,
    `with failed as (
       update run set state = 'errored', owner_token = null, finished_at = now(), checkpoint = '{"done": ["orders"]}'
        where id = $1)
     update sync_period set status = 'assigned', owner_token = null, attempt = 2 where run_id = $1`,
    [runId],
  );
  const { id, start, dueDate } = (await get(syncId)).nextPeriod;
  expect((await patch(syncId, { lookback: 'PT2H' })).body.nextPeriod.id).toBe(id);
  const { nextPeriod } = (await patch(syncId, { watermarkAt: 'runEnd' })).body;
  expect(nextPeriod).toMatchObject({ start, dueDate, status: 'planned' });
  expect(nextPeriod.id).not.toBe(id);
  const { body } = await client.api('GET', `/v1/syncs/${syncId}/periods`);
  expect(body.data.map(({ status }: { status: string }) => status).toSorted()).toEqual(['planned', 'superseded']);
});
