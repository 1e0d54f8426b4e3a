import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { query } from '../support/postgres.js';
import { DAILY_IN_LONDON, linkedConnection } from '../support/schedules.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

let world: World;
let client: TestClient;
beforeAll(async () => {
  world = await startWorld({ settings: { SOURCE_HOST_LIMITS: 'shop.example.com=7' } });
});
afterAll(() => world.close());
beforeEach(async () => {
  world.clock.set(instant('2022-07-13T15:00:00Z'));
  client = await world.newClient();
});

const wrong = ({ body }: { body: { errors?: { pointer: string; code: string }[] } }) =>
  (body.errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`);

describe('the share of a client', () => {
  const change = (body: unknown, headers?: Record<string, string>) =>
    world.admin('PATCH', `/admin/v1/clients/${client.clientId}`, body, headers);

  it('is set by the operator and seen by the client, who cannot change it', async () => {
    expect((await client.api('GET', '/v1/client')).body).toMatchObject({ weight: 1, maxConcurrentRuns: null });
    const changed = await change({ weight: 3, maxConcurrentRuns: 20 });
    expect(changed).toMatchObject({ status: 200, body: { weight: 3, maxConcurrentRuns: 20 } });
    expect((await client.api('GET', '/v1/client')).body).toMatchObject({ weight: 3, maxConcurrentRuns: 20 });
    expect(await client.api('PATCH', '/v1/client', { weight: 100 })).toMatchObject({ status: 422 });
    // What the client changes itself leaves it.
    await client.api('PATCH', '/v1/client', { name: 'Acme Books' });
    expect((await change({ maxConcurrentRuns: null })).body).toMatchObject({ weight: 3, maxConcurrentRuns: null });
  });

  it('is changed at the version expected, or not at all', async () => {
    const stale = (await change({})).headers.get('etag') ?? '';
    await change({ weight: 2 });
    expect(await change({ weight: 5 }, { 'if-match': stale })).toMatchObject({ status: 412 });
    expect((await client.api('GET', '/v1/client')).body.weight).toBe(2);
    const unknown = await world.admin('PATCH', `/admin/v1/clients/cli_${'0'.repeat(26)}`, { weight: 2 });
    expect(unknown.status).toBe(404);
  });

  it.each([
    [{ weight: 0 }, ['/weight out_of_range']],
    [{ weight: 101, maxConcurrentRuns: 0 }, ['/weight out_of_range', '/maxConcurrentRuns out_of_range']],
    [{ maxConcurrentRuns: 10_001 }, ['/maxConcurrentRuns out_of_range']],
    [{ weight: null }, ['/weight invalid_type']],
    [{ name: 'Acme' }, ['/name unknown_field']],
  ])('refuses %j', async (body, problems) => {
    const answer = await change(body);
    expect([answer.status, wrong(answer)]).toEqual([422, problems]);
  });
});

describe('the limit of a connection', () => {
  it('is none until it is given, and none again with null', async () => {
    const id = await linkedConnection(client);
    const patch = async (body: unknown) => (await client.api('PATCH', `/v1/connections/${id}`, body)).body;
    expect((await client.api('GET', `/v1/connections/${id}`)).body.maxConcurrentRuns).toBeNull();
    expect((await patch({ maxConcurrentRuns: 2 })).maxConcurrentRuns).toBe(2);
    expect((await patch({ name: 'Shop' })).maxConcurrentRuns).toBe(2);
    expect((await patch({ maxConcurrentRuns: null })).maxConcurrentRuns).toBeNull();
    const refused = await client.api('PATCH', `/v1/connections/${id}`, { maxConcurrentRuns: 1001 });
    expect(wrong(refused)).toEqual(['/maxConcurrentRuns out_of_range']);
  });

  it('goes with the host that its settings name', async () => {
    const id = await linkedConnection(client);
    const host = async () =>
      (await query(world.database.superuserUrl, 'select source_host from connection where id = $1', [id]))[0];
    expect(await host()).toEqual({ source_host: 'shop.example.com' });
    const { settings } = (await client.api('GET', `/v1/connections/${id}`)).body;
    const moved = { ...settings, baseUrl: 'https://Other.example.com:8443/api' };
    expect((await client.api('PATCH', `/v1/connections/${id}`, { settings: moved })).status).toBe(200);
    expect(await host()).toEqual({ source_host: 'other.example.com' });
  });
});

it.each([
  ['client_limit', 'because earlier slots were full for the client’s limit of 1 run at a time'],
  ['connection_limit', 'because earlier slots were full for the connection’s limit of 2 runs at a time'],
  ['source_limit', 'because earlier slots were full for the limit at shop.example.com of 7 runs at a time'],
  ['backfill_share', 'because earlier slots were full for backfills, which get at most half of each'],
  ['capacity_dropped', 'later than first planned, because there are fewer workers now'],
])('an explanation names what moved a run date: %s', async (reason, words) => {
  const id = await linkedConnection(client);
  await client.api('PATCH', `/v1/connections/${id}`, { maxConcurrentRuns: 2 });
  await world.admin('PATCH', `/admin/v1/clients/${client.clientId}`, { maxConcurrentRuns: 1 });
  const { body: sync } = await client.api('POST', `/v1/connections/${id}/syncs`, { schedule: DAILY_IN_LONDON });
  await query(
    world.database.superuserUrl,
    `update sync_period set status = 'assigned', run_date = due_date + interval '3 minutes', run_date_reason = $2
      where sync_id = $1`,
    [sync.id, reason],
  );
  const explain = async (at: string) =>
    (await client.api('GET', `/v1/syncs/${sync.id}/schedule/explain?at=${at}`)).body;
  for (const at of ['2022-07-13T20:00:00Z', '2022-07-13T23:02:00Z']) {
    const { explanation, period } = await explain(at);
    expect(explanation).toContain(words);
    expect(period).toMatchObject({ runDate: '2022-07-13T23:03:00.000Z', runDateReason: reason });
  }
  expect((await explain('2022-07-13T23:03:01Z')).period).toBeNull();
});

it('an explanation says that a run date in quiet hours waits for their end', async () => {
  const other = await world.newClient();
  const quietHours = { startHour: 0, endHour: 6, timeZone: 'Europe/London' };
  await other.api('PATCH', '/v1/client', { quietHours });
  const { body: sync } = await other.api('POST', `/v1/connections/${await linkedConnection(other)}/syncs`, {
    schedule: DAILY_IN_LONDON,
  });
  await query(
    world.database.superuserUrl,
    `update sync_period set status = 'assigned', run_date = due_date + interval '3 minutes', run_date_reason = 'retry'
      where sync_id = $1`,
    [sync.id],
  );
  const explain = async () =>
    (await other.api('GET', `/v1/syncs/${sync.id}/schedule/explain?at=2022-07-13T23:02:00Z`)).body.explanation;
  expect(await explain()).toContain('quiet hours, so it starts no sooner than 2022-07-14T05:00:00.000Z.');
  await other.api('PATCH', '/v1/client', { quietHours: null });
  expect(await explain()).not.toContain('quiet');
});
