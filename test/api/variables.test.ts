import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { query } from '../support/postgres.js';
import { DAILY_IN_LONDON, linkedConnection, openPeriodRuns, openPeriodSucceeds, syncOf } from '../support/schedules.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

let world: World;
let client: TestClient;
beforeAll(async () => {
  world = await startWorld();
  client = await world.newClient();
});
afterAll(() => world.close());

const at = (iso: string) => world.clock.set(instant(iso));
const pathOf = (connectionId: string, name: string) => `/v1/connections/${connectionId}/variables/${name}`;
const put = (connectionId: string, name: string, value: unknown, by = client) =>
  by.api('PUT', pathOf(connectionId, name), { value });
const get = (connectionId: string, name: string, by = client) => by.api('GET', pathOf(connectionId, name));

describe('a variable', () => {
  it.each([
    ['a text', 'LDN'],
    ['a number', 7.25],
    ['an object', { floors: [1, 2], open: true }],
    ['a list', []],
    ['null', null],
    ['false', false],
  ])('keeps %s until it is written over or deleted', async (_, value) => {
    at('2022-07-13T15:00:00Z');
    const connectionId = await linkedConnection(client);
    const written = await put(connectionId, 'warehouse', value);
    expect(written.status).toBe(200);
    expect(written.body).toEqual({ name: 'warehouse', value, updatedAt: '2022-07-13T15:00:00.000Z' });
    expect((await get(connectionId, 'warehouse')).body).toEqual(written.body);
    at('2022-07-13T16:00:00Z');
    expect((await put(connectionId, 'warehouse', 'other')).body.updatedAt).toBe('2022-07-13T16:00:00.000Z');
    expect((await get(connectionId, 'warehouse')).body.value).toBe('other');
    expect((await client.api('DELETE', pathOf(connectionId, 'warehouse'))).status).toBe(204);
    expect((await get(connectionId, 'warehouse')).status).toBe(404);
    expect((await client.api('DELETE', pathOf(connectionId, 'warehouse'))).status).toBe(404);
  });

  it('is listed by its name, after those in capitals, with lastFilterDate', async () => {
    const connectionId = await linkedConnection(client);
    for (const name of ['zone', '_private', 'Alpha', 'beta2']) await put(connectionId, name, name);
    const { body } = await client.api('GET', `/v1/connections/${connectionId}/variables`);
    expect(body.data.map(({ name }: { name: string }) => name)).toEqual([
      'Alpha',
      '_private',
      'beta2',
      'lastFilterDate',
      'zone',
    ]);
    expect(body.nextCursor).toBeNull();
  });

  it('belongs to its connection alone', async () => {
    const [one, two] = [await linkedConnection(client), await linkedConnection(client)];
    const { companyId } = (await client.api('GET', `/v1/connections/${one}`)).body;
    const settings = { baseUrl: 'https://shop.example.com' };
    const beside = await client.api('POST', `/v1/companies/${companyId}/connections`, {
      platform: 'rest',
      name: 'Beside',
      settings,
    });
    await put(one, 'shared', 'mine');
    for (const other of [two, String(beside.body.id)]) {
      expect((await get(other, 'shared')).status).toBe(404);
      await put(other, 'shared', 'theirs');
    }
    expect((await get(one, 'shared')).body.value).toBe('mine');
    const stranger = await world.newClient();
    expect((await get(one, 'shared', stranger)).status).toBe(404);
    expect((await put(one, 'shared', 'stolen', stranger)).status).toBe(404);
    expect((await put(one, 'lastFilterDate', '-P1D', stranger)).status).toBe(404);
    expect((await stranger.api('DELETE', pathOf(one, 'shared'))).status).toBe(404);
    expect((await stranger.api('DELETE', pathOf(one, 'lastFilterDate'))).status).toBe(404);
    expect((await stranger.api('GET', `/v1/connections/${one}/variables`)).status).toBe(404);
    expect((await get(one, 'shared')).body.value).toBe('mine');
  });

  it.each(['1st', 'a-b', 'a.b', 'a%20b', 'a'.repeat(65), '%C3%A9', 'a%0A'])('is not named %s', async (name) => {
    const connectionId = await linkedConnection(client);
    const answer = await put(connectionId, name, 1);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_parameter']);
    expect((await get(connectionId, name)).status).toBe(404);
    expect((await client.api('DELETE', pathOf(connectionId, name))).status).toBe(404);
  });

  it.each(['a'.repeat(64), '__proto__', 'toString', '_'])('may be named %s', async (name) => {
    const connectionId = await linkedConnection(client);
    expect((await put(connectionId, name, { a: 1 })).status).toBe(200);
    expect((await get(connectionId, name)).body.value).toEqual({ a: 1 });
  });

  it.each([
    [{}, '/value', 'required'],
    [{ value: 'x'.repeat(9_999) }, '/value', 'too_long'],
    [{ value: ['é'.repeat(5_000)] }, '/value', 'too_long'],
    [{ value: { text: 'a\u0000b' } }, '/value/text', 'invalid_characters'],
    [{ value: '\ud800' }, '/value', 'invalid_characters'],
    [{ value: 1, type: 'number' }, '/type', 'unknown_field'],
  ])('refuses %j', async (body, pointer, code) => {
    const connectionId = await linkedConnection(client);
    const answer = await client.api('PUT', pathOf(connectionId, 'note'), body);
    expect([answer.status, answer.body.errors]).toMatchObject([422, [{ pointer, code }]]);
    expect((await get(connectionId, 'note')).status).toBe(404);
  });

  it('is one of a hundred at most, however many are written at once', async () => {
    const connectionId = await linkedConnection(client);
    await query(
      world.database.superuserUrl,
      `insert into connection_variable (client_id, connection_id, name, value, updated_at)
       select $1, $2, 'n' || n, '1', now() from generate_series(1, 98) n`,
      [client.clientId, connectionId],
    );
    const answers = await Promise.all([1, 2, 3, 4].map((n) => put(connectionId, `more${n}`, n)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('variable_limit_reached');
    expect((await put(connectionId, 'n1', 'written over')).status).toBe(200);
  });

  it('goes with its connection', async () => {
    const connectionId = await linkedConnection(client);
    await put(connectionId, 'note', 1);
    await client.api('DELETE', `/v1/connections/${connectionId}`);
    const left = await query(
      world.database.superuserUrl,
      'select 1 from connection_variable where connection_id = $1',
      [connectionId],
    );
    expect(left).toEqual([]);
  });
});

describe('lastFilterDate', () => {
  const sync = async (syncId: string) => (await client.api('GET', `/v1/syncs/${syncId}`)).body;
  const lastFilterDate = async (connectionId: string) => (await get(connectionId, 'lastFilterDate')).body.value;
  const coverage = async (syncId: string) => (await client.api('GET', `/v1/syncs/${syncId}/coverage`)).body;

  /** A sync that is daily at midnight in London; its first period is due on 14 July. */
  async function freshSync(): Promise<{ syncId: string; connectionId: string }> {
    at('2022-07-13T15:00:00Z');
    const syncId = await syncOf(client, { schedule: DAILY_IN_LONDON });
    return { syncId, connectionId: (await sync(syncId)).connectionId };
  }

  /** The same after its first success, on the morning after. */
  async function chainedSync(): Promise<{ syncId: string; connectionId: string }> {
    const ids = await freshSync();
    at('2022-07-13T23:05:00Z');
    await openPeriodSucceeds(world, client, ids.syncId);
    at('2022-07-14T09:00:00Z');
    return ids;
  }

  it('is null while no sync has a schedule, and cannot be set', async () => {
    const connectionId = await linkedConnection(client);
    await client.api('POST', `/v1/connections/${connectionId}/syncs`, {});
    expect((await get(connectionId, 'lastFilterDate')).body).toEqual({
      name: 'lastFilterDate',
      value: null,
      updatedAt: null,
    });
    const refused = await put(connectionId, 'lastFilterDate', '-P1D');
    expect([refused.status, refused.body.code]).toEqual([409, 'sync_unscheduled']);
    expect((await client.api('DELETE', pathOf(connectionId, 'lastFilterDate'))).status).toBe(204);
  });

  it('is where the first period starts, and moves it', async () => {
    const { syncId, connectionId } = await freshSync();
    expect(await lastFilterDate(connectionId)).toBe('2022-04-30T23:00:00.000Z');
    const { status, body } = await put(connectionId, 'lastFilterDate', '-P6M');
    // On the calendar: the same wall time in London, in winter.
    expect([status, body.value]).toEqual([200, '2022-01-13T16:00:00.000Z']);
    expect(await sync(syncId)).toMatchObject({
      watermark: '2022-01-13T16:00:00.000Z',
      nextPeriod: { start: '2022-01-13T16:00:00.000Z', dueDate: '2022-07-13T23:00:00.000Z', status: 'planned' },
    });
    await put(connectionId, 'lastFilterDate', '2022-06-01');
    expect((await sync(syncId)).nextPeriod.start).toBe('2022-05-31T23:00:00.000Z');
    at('2022-07-13T23:05:00Z');
    await openPeriodSucceeds(world, client, syncId);
    expect(await lastFilterDate(connectionId)).toBe('2022-07-13T23:00:00.000Z');
    expect(await coverage(syncId)).toMatchObject({ from: '2022-05-31T23:00:00.000Z', complete: true });
  });

  it('outlives an edit of the hour, and gives way to another start date', async () => {
    const { syncId, connectionId } = await freshSync();
    await put(connectionId, 'lastFilterDate', '2022-01-01T00:00:00Z');
    await client.api('PUT', `/v1/syncs/${syncId}/schedule`, { ...DAILY_IN_LONDON, syncHour: 6 });
    expect(await lastFilterDate(connectionId)).toBe('2022-01-01T00:00:00.000Z');
    await client.api('PUT', `/v1/syncs/${syncId}/schedule`, { ...DAILY_IN_LONDON, startDate: '2022-03-01' });
    expect(await lastFilterDate(connectionId)).toBe('2022-03-01T00:00:00.000Z');
  });

  it('widens the next read after a success, and not the period', async () => {
    const { syncId, connectionId } = await chainedSync();
    const { nextPeriod } = await sync(syncId);
    expect((await put(connectionId, 'lastFilterDate', '-P1M')).body.value).toBe('2022-06-14T09:00:00.000Z');
    expect(await sync(syncId)).toMatchObject({ watermark: '2022-07-13T23:00:00.000Z', nextPeriod });
    expect((await client.api('DELETE', pathOf(connectionId, 'lastFilterDate'))).status).toBe(204);
    expect(await lastFilterDate(connectionId)).toBe('2022-07-13T23:00:00.000Z');
  });

  it('may be put back as it is read', async () => {
    const { syncId, connectionId } = await chainedSync();
    const before = await sync(syncId);
    expect((await put(connectionId, 'lastFilterDate', await lastFilterDate(connectionId))).status).toBe(200);
    expect(await sync(syncId)).toEqual(before);
  });

  it('leaves no gap after what has been read', async () => {
    const { connectionId } = await chainedSync();
    const { status, body } = await put(connectionId, 'lastFilterDate', '2022-07-14T08:00:00Z');
    expect([status, body.code, body.watermark]).toEqual([409, 'range_ahead_of_chain', '2022-07-13T23:00:00.000Z']);
  });

  it('is refused while a run has the period', async () => {
    const fresh = await freshSync();
    const runId = await openPeriodRuns(world, fresh.syncId);
    const refused = await put(fresh.connectionId, 'lastFilterDate', '-P1Y');
    expect([refused.status, refused.body.code, refused.body.activeRunId]).toEqual([409, 'run_active', runId]);
    const chained = await chainedSync();
    await put(chained.connectionId, 'lastFilterDate', '-P1M');
    await openPeriodRuns(world, chained.syncId);
    expect((await put(chained.connectionId, 'lastFilterDate', '-P1Y')).body.code).toBe('run_active');
    expect((await client.api('DELETE', pathOf(chained.connectionId, 'lastFilterDate'))).body.code).toBe('run_active');
  });

  it('is set on all syncs of the connection, or on none', async () => {
    const { syncId, connectionId } = await freshSync();
    const path = `/v1/connections/${connectionId}/syncs`;
    const tokyo = { ...DAILY_IN_LONDON, startDate: '2022-06-01', timeZone: 'Asia/Tokyo' };
    const second = (await client.api('POST', path, { schedule: tokyo })).body.id;
    await client.api('POST', path, {});
    expect(await lastFilterDate(connectionId)).toBe('2022-04-30T23:00:00.000Z');
    // Each on its own calendar; the earliest is told.
    expect((await put(connectionId, 'lastFilterDate', '2022-07-01')).body.value).toBe('2022-06-30T15:00:00.000Z');
    expect((await sync(syncId)).watermark).toBe('2022-06-30T23:00:00.000Z');
    expect((await sync(second)).watermark).toBe('2022-06-30T15:00:00.000Z');
    await openPeriodRuns(world, second);
    expect((await put(connectionId, 'lastFilterDate', '2022-02-01')).body.code).toBe('run_active');
    expect((await sync(syncId)).watermark).toBe('2022-06-30T23:00:00.000Z');
  });

  it('may be set for a disabled sync, which goes on from there', async () => {
    const { syncId, connectionId } = await freshSync();
    await client.api('PATCH', `/v1/syncs/${syncId}`, { enabled: false });
    await put(connectionId, 'lastFilterDate', '2022-02-01');
    expect((await sync(syncId)).nextPeriod).toBeNull();
    await client.api('PATCH', `/v1/syncs/${syncId}`, { enabled: true });
    expect((await sync(syncId)).nextPeriod.start).toBe('2022-02-01T00:00:00.000Z');
  });

  it.each([
    ['2022-07-14T00:00:00Z', 'date_out_of_range'],
    ['PT5M', 'date_out_of_range'],
    ['1969-12-31', 'date_out_of_range'],
    ['yesterday', 'invalid_date'],
    [null, 'invalid_type'],
    [1_657_000_000, 'invalid_type'],
  ])('is not %j', async (value, code) => {
    const { connectionId } = await freshSync();
    const { status, body } = await put(connectionId, 'lastFilterDate', value);
    expect([status, body.errors]).toMatchObject([422, [{ pointer: '/value', code }]]);
  });

  it('lies no further back than the client allows', async () => {
    const { connectionId } = await freshSync();
    await client.api('PATCH', '/v1/client', { maxBackfill: 'P3M' });
    const { body } = await put(connectionId, 'lastFilterDate', '-P4M');
    expect(body.errors).toMatchObject([{ pointer: '/value', code: 'backfill_too_long' }]);
    expect((await put(connectionId, 'lastFilterDate', '-P3M')).status).toBe(200);
    await client.api('PATCH', '/v1/client', { maxBackfill: null });
  });
});
