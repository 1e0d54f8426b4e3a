import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { DAILY_IN_LONDON, linkedConnection, openPeriodRuns, openPeriodSucceeds, syncOf } from '../support/schedules.js';
import { query } from '../support/postgres.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

let world: World;
let client: TestClient;

beforeAll(async () => {
  world = await startWorld();
  client = await world.newClient();
  world.clock.set(instant('2022-07-13T15:00:00Z'));
});
afterAll(() => world.close());

const at = (iso: string) => world.clock.set(instant(iso));
const get = async (syncId: string) => (await client.api('GET', `/v1/syncs/${syncId}`)).body;
const patch = (syncId: string, body: unknown, headers?: Record<string, string>) =>
  client.api('PATCH', `/v1/syncs/${syncId}`, body, headers);
const coverageOf = async (syncId: string) => (await client.api('GET', `/v1/syncs/${syncId}/coverage`)).body;
const behindTheBack = (sql: string, ...parameters: unknown[]) => query(world.database.superuserUrl, sql, parameters);

/** A sync whose first period has succeeded; the next is due on 14 July at midnight in London. */
async function chainedSync(): Promise<string> {
  at('2022-07-13T15:00:00Z');
  const syncId = await syncOf(client, { schedule: DAILY_IN_LONDON });
  at('2022-07-13T23:05:00Z');
  await openPeriodSucceeds(world, client, syncId);
  at('2022-07-14T09:00:00Z');
  return syncId;
}

describe('a new sync', () => {
  it('is unscheduled without a schedule, and takes every default', async () => {
    const connectionId = await linkedConnection(client);
    const { status, body, headers } = await client.api('POST', `/v1/connections/${connectionId}/syncs`, {});
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/v1/syncs/${body.id}`);
    expect(headers.get('etag')).toBe((await client.api('GET', `/v1/syncs/${body.id}`)).headers.get('etag'));
    expect(body).toMatchObject({
      connectionId,
      name: null,
      models: [],
      enabled: true,
      mode: 'auto',
      lookback: null,
      schedule: null,
      state: 'unscheduled',
      stateReason: null,
      watermark: null,
      lastRun: null,
      nextPeriod: null,
      consecutiveFailures: 0,
    });
    expect(await coverageOf(body.id)).toMatchObject({ from: null, upTo: null, complete: true });
  });

  it('plans its first period with its schedule', async () => {
    at('2022-07-13T15:00:00Z');
    const settings = { name: 'Sales', models: ['orders'], mode: 'audit', lookback: 'PT1H' };
    const body = await get(await syncOf(client, { ...settings, schedule: DAILY_IN_LONDON }));
    expect(body).toMatchObject({ ...settings, state: 'active', schedule: DAILY_IN_LONDON });
    expect(body.nextPeriod.dueDate).toBe('2022-07-13T23:00:00.000Z');
  });

  it('plans nothing where it starts disabled', async () => {
    const body = await get(await syncOf(client, { enabled: false, schedule: DAILY_IN_LONDON }));
    expect(body).toMatchObject({ state: 'disabled', stateReason: 'manual', nextPeriod: null });
  });

  it('is refused on a connection that is not linked, unless it starts disabled', async () => {
    const connectionId = await linkedConnection(client);
    await client.api('POST', `/v1/connections/${connectionId}/unlink`);
    const path = `/v1/connections/${connectionId}/syncs`;
    const refused = await client.api('POST', path, {});
    expect([refused.status, refused.body.code]).toEqual([409, 'connection_not_linked']);
    expect((await client.api('POST', path, { enabled: false })).status).toBe(201);
  });

  it('reports every problem at once, those of the schedule too, and makes nothing', async () => {
    const connectionId = await linkedConnection(client);
    const path = `/v1/connections/${connectionId}/syncs`;
    const { status, body } = await client.api('POST', path, {
      name: 'a\u0000b',
      models: ['orders', 'invoices', 7],
      enabled: 'yes',
      mode: 'fast',
      lookback: '1h',
      priority: 1,
      schedule: { ...DAILY_IN_LONDON, startDate: '2022-02-30' },
    });
    expect(status).toBe(422);
    const found = body.errors.map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`);
    expect(found.sort()).toEqual([
      '/enabled invalid_type',
      '/lookback invalid_duration',
      '/mode unsupported_value',
      '/models/1 unknown_reference',
      '/models/2 invalid_type',
      '/name invalid_characters',
      '/priority unknown_field',
      '/schedule/startDate invalid_date',
    ]);
    expect((await client.api('GET', path)).body.data).toEqual([]);
  });

  it.each([[[]], [null], ['sync']])('is no body: %j', async (body) => {
    const connectionId = await linkedConnection(client);
    const answer = await client.api('POST', `/v1/connections/${connectionId}/syncs`, body);
    expect(answer.body.errors).toMatchObject([{ pointer: '', code: 'invalid_type' }]);
  });

  it('needs a connection of this client', async () => {
    const other = await world.newClient();
    const connectionId = await linkedConnection(other);
    expect((await client.api('POST', `/v1/connections/${connectionId}/syncs`, {})).status).toBe(404);
  });
});

describe('a list of syncs', () => {
  it('holds each sync once over its pages, oldest first', async () => {
    const owner = await world.newClient();
    const connectionId = await linkedConnection(owner);
    const path = `/v1/connections/${connectionId}/syncs`;
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) made.push((await owner.api('POST', path, { name: `${n}` })).body.id);
    await syncOf(owner);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await owner.api('GET', `${path}?limit=2${cursor && `&cursor=${cursor}`}`);
      expect(page.body.data.length).toBeLessThanOrEqual(2);
      seen.push(...page.body.data.map((sync: { id: string }) => sync.id));
      cursor = page.body.nextCursor;
    }
    expect(seen).toEqual(made.sort());
    expect((await owner.api('GET', '/v1/syncs')).body.data).toHaveLength(6);
  });

  it('takes filters, and none of another client', async () => {
    const owner = await world.newClient();
    const active = await get2(owner, await syncOf(owner, { schedule: DAILY_IN_LONDON }));
    await syncOf(owner);
    const ids = async (filter: string) =>
      (await owner.api('GET', `/v1/syncs?${filter}`)).body.data.map((sync: { id: string }) => sync.id);
    expect(await ids('state=active')).toEqual([active.id]);
    expect(await ids(`companyId=${active.companyId}`)).toEqual([active.id]);
    expect(await ids(`connectionId=${active.connectionId}&state=disabled`)).toEqual([]);
    expect(await ids(`connectionId=${await linkedConnection(client)}`)).toEqual([]);
    expect(await ids('companyId=nonsense')).toEqual([]);
    expect((await owner.api('GET', '/v1/syncs?state=asleep')).body.code).toBe('invalid_parameter');
  });

  const get2 = async (owner: TestClient, syncId: string) => (await owner.api('GET', `/v1/syncs/${syncId}`)).body;

  it('shows the next period and the run that finished last', async () => {
    const owner = await world.newClient();
    at('2022-07-13T15:00:00Z');
    const syncId = await syncOf(owner, { schedule: DAILY_IN_LONDON });
    const runId = await openPeriodRuns(world, syncId);
    const [whileRunning] = (await owner.api('GET', '/v1/syncs')).body.data;
    expect(whileRunning).toMatchObject({ lastRun: null, nextPeriod: { status: 'running' } });
    await behindTheBack(
      `update run set state = 'completed', owner_token = null, finished_at = now(), status_code = 2000,
              status = 'Success data written' where id = $1`,
      runId,
    );
    await openPeriodSucceeds(world, owner, syncId);
    const [after] = (await owner.api('GET', '/v1/syncs')).body.data;
    expect(after.lastRun).toMatchObject({
      id: runId,
      trigger: 'schedule',
      state: 'completed',
      range: { start: '2022-04-30T23:00:00.000Z', finish: '2022-07-13T23:00:00.000Z' },
      records: 42,
      statusCode: 2000,
    });
    expect(after.nextPeriod).toMatchObject({ start: '2022-07-13T23:00:00.000Z', status: 'planned' });
    expect(after.watermark).toBe('2022-07-13T23:00:00.000Z');
  });
});

describe('a change of a sync', () => {
  it('writes what it names and leaves the rest', async () => {
    const syncId = await syncOf(client, { name: 'Sales', models: ['orders'], lookback: 'PT1H' });
    const { status, body } = await patch(syncId, { name: null, models: [], mode: 'full' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ name: null, models: [], mode: 'full', lookback: 'PT1H', enabled: true });
  });

  it('keeps the open period where the schedule stays', async () => {
    const syncId = await chainedSync();
    const before = await get(syncId);
    const { body } = await patch(syncId, { name: 'Sales', enabled: true });
    expect(body.nextPeriod).toEqual(before.nextPeriod);
  });

  it('shares its tag with the schedule, and is refused with an old one', async () => {
    const syncId = await chainedSync();
    const tag = (await client.api('GET', `/v1/syncs/${syncId}/schedule`)).headers.get('etag') ?? '';
    expect((await patch(syncId, { name: 'Sales' }, { 'if-match': tag })).status).toBe(200);
    const late = await patch(syncId, { name: 'Stock' }, { 'if-match': tag });
    expect([late.status, late.body.code]).toEqual([412, 'precondition_failed']);
    expect((await get(syncId)).name).toBe('Sales');
  });

  it('changes nothing of a sync of another client', async () => {
    const other = await world.newClient();
    const syncId = await syncOf(other, { name: 'Theirs' });
    expect((await patch(syncId, { name: 'Mine' })).status).toBe(404);
    expect((await client.api('DELETE', `/v1/syncs/${syncId}`)).status).toBe(404);
    expect((await other.api('GET', `/v1/syncs/${syncId}`)).body.name).toBe('Theirs');
  });
});

describe('a disabled sync', () => {
  it('has no open period', async () => {
    const syncId = await chainedSync();
    const { body } = await patch(syncId, { enabled: false });
    expect(body).toMatchObject({ enabled: false, state: 'disabled', stateReason: 'manual', nextPeriod: null });
    const [newest] = (await client.api('GET', `/v1/syncs/${syncId}/periods?status=superseded`)).body.data;
    expect(newest).toMatchObject({ dueDate: '2022-07-14T23:00:00.000Z', settledAt: '2022-07-14T09:00:00.000Z' });
  });

  it('lets a running period finish', async () => {
    const syncId = await chainedSync();
    await openPeriodRuns(world, syncId);
    expect((await patch(syncId, { enabled: false })).body.nextPeriod.status).toBe('running');
  });

  it('goes on from the watermark by the next-day rule when it is enabled again', async () => {
    const syncId = await chainedSync();
    await patch(syncId, { enabled: false });
    await behindTheBack('update sync set consecutive_failures = 31 where id = $1', syncId);
    at('2022-08-01T12:00:00Z');
    const { body } = await patch(syncId, { enabled: true });
    expect(body).toMatchObject({ enabled: true, state: 'active', stateReason: null, consecutiveFailures: 0 });
    expect(body.nextPeriod).toMatchObject({ start: '2022-07-13T23:00:00.000Z', dueDate: '2022-08-01T23:00:00.000Z' });
    expect(await coverageOf(syncId)).toMatchObject({ complete: true, declaredGaps: [] });
  });

  it('may be enabled with a later start date, which leaves a declared gap', async () => {
    const syncId = await chainedSync();
    await patch(syncId, { enabled: false });
    at('2022-08-01T12:00:00Z');
    const schedule = { ...DAILY_IN_LONDON, startDate: '2022-07-25' };
    const { status, body } = await patch(syncId, { enabled: true, schedule });
    expect(status).toBe(200);
    expect(body.nextPeriod).toMatchObject({ start: '2022-07-24T23:00:00.000Z', dueDate: '2022-08-01T23:00:00.000Z' });
    const gap = { start: '2022-07-13T23:00:00.000Z', finish: '2022-07-24T23:00:00.000Z' };
    expect(await coverageOf(syncId)).toMatchObject({ complete: true, declaredGaps: [gap] });
    await openPeriodSucceeds(world, client, syncId);
    expect(await coverageOf(syncId)).toMatchObject({ complete: true, gaps: [], declaredGaps: [gap] });
  });

  it('may not be enabled with a start date before what is covered', async () => {
    const syncId = await chainedSync();
    await patch(syncId, { enabled: false });
    const { status, body } = await patch(syncId, {
      enabled: true,
      schedule: { ...DAILY_IN_LONDON, startDate: '2022-07-01' },
    });
    expect([status, body.code]).toEqual([409, 'period_overlap']);
    expect(body.conflictingRange).toEqual({ start: '2022-04-30T23:00:00.000Z', finish: '2022-07-13T23:00:00.000Z' });
    expect((await get(syncId)).state).toBe('disabled');
  });

  it('keeps its start date locked while it stays disabled', async () => {
    const syncId = await chainedSync();
    await patch(syncId, { enabled: false });
    const { body } = await patch(syncId, { schedule: { ...DAILY_IN_LONDON, startDate: '2022-07-25' } });
    expect(body.code).toBe('start_date_locked');
  });
});

describe('a suspended sync', () => {
  it('is enabled again only on a linked connection', async () => {
    const syncId = await chainedSync();
    const { connectionId } = await get(syncId);
    await behindTheBack(
      `update sync set state = 'suspended', state_reason = 'connection_deauthorized', enabled = false where id = $1`,
      syncId,
    );
    await behindTheBack(`update connection set state = 'deauthorized' where id = $1`, connectionId);
    const refused = await patch(syncId, { enabled: true });
    expect([refused.status, refused.body.code]).toEqual([409, 'connection_not_linked']);
    await behindTheBack(`update connection set state = 'linked' where id = $1`, connectionId);
    expect((await get(syncId)).state).toBe('suspended');
    expect((await patch(syncId, { enabled: true })).body).toMatchObject({ state: 'active', stateReason: null });
  });
});

describe('a deleted sync', () => {
  it('is gone with its ledger', async () => {
    const syncId = await chainedSync();
    await openPeriodRuns(world, syncId);
    expect((await client.api('DELETE', `/v1/syncs/${syncId}`)).status).toBe(204);
    for (const path of ['', '/schedule', '/periods', '/coverage', '/schedule/explain'])
      expect((await client.api('GET', `/v1/syncs/${syncId}${path}`)).status).toBe(404);
    expect((await client.api('DELETE', `/v1/syncs/${syncId}`)).status).toBe(404);
    expect(await behindTheBack('select id from sync_period where sync_id = $1', syncId)).toEqual([]);
  });
});

describe('the ledger', () => {
  it('shows the latest due date first, in pages', async () => {
    const syncId = await chainedSync();
    await client.api('PUT', `/v1/syncs/${syncId}/schedule`, { ...DAILY_IN_LONDON, syncHour: 6 });
    const path = `/v1/syncs/${syncId}/periods`;
    const first = (await client.api('GET', `${path}?limit=2`)).body;
    const second = (await client.api('GET', `${path}?limit=2&cursor=${first.nextCursor}`)).body;
    const seen = [...first.data, ...second.data].map(({ status, dueDate }) => `${status} ${dueDate}`);
    expect(seen).toEqual([
      'planned 2022-07-15T05:00:00.000Z',
      'superseded 2022-07-14T23:00:00.000Z',
      'succeeded 2022-07-13T23:00:00.000Z',
    ]);
    expect(second.nextCursor).toBeNull();
    expect(second.data[0]).toMatchObject({ isInitial: true, trigger: 'schedule' });
    expect((await client.api('GET', `${path}?status=succeeded&cursor=${first.nextCursor}`)).body.code).toBe(
      'invalid_cursor',
    );
  });

  it('shows a gap that was made behind the back of the product', async () => {
    const syncId = await chainedSync();
    const succeedAt = async (dueDate: string) => {
      at(dueDate);
      return openPeriodSucceeds(world, client, syncId);
    };
    const lost = await succeedAt('2022-07-14T23:01:00Z');
    await succeedAt('2022-07-15T23:01:00Z');
    expect(await coverageOf(syncId)).toMatchObject({ complete: true, gaps: [], upTo: '2022-07-15T23:00:00.000Z' });
    await behindTheBack('delete from sync_period where id = $1', lost.id);
    expect(await coverageOf(syncId)).toMatchObject({
      complete: false,
      gaps: [{ start: '2022-07-13T23:00:00.000Z', finish: '2022-07-14T23:00:00.000Z' }],
      upTo: '2022-07-13T23:00:00.000Z',
    });
  });
});
