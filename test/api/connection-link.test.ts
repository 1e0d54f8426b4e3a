import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { query } from '../support/postgres.js';
import { DAILY_IN_LONDON } from '../support/schedules.js';
import { Source } from '../support/source.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

let world: World;
let source: Source;
let client: TestClient;
beforeAll(async () => {
  source = await Source.start();
  world = await startWorld({ outboundAllow: [source.origin] });
  client = await world.newClient();
});
afterAll(async () => {
  await world.close();
  await source.close();
});

const bearer = () => ({ ...source.settings(), auth: { type: 'bearer' } });

async function connection(body: Record<string, unknown>): Promise<string> {
  const company = await client.api('POST', '/v1/companies', { name: 'Corner Shop' });
  const path = `/v1/companies/${company.body.id}/connections`;
  return (await client.api('POST', path, { platform: 'rest', name: 'Till', ...body })).body.id;
}
const get = async (id: string) => (await client.api('GET', `/v1/connections/${id}`)).body;
const link = (id: string, body: unknown = {}) => client.api('POST', `/v1/connections/${id}/link`, body);
const unlink = (id: string) => client.api('POST', `/v1/connections/${id}/unlink`);
const turnedAway = (id: string) =>
  query(
    world.database.superuserUrl,
    `update connection set state = 'deauthorized', state_reason = 'no' where id = $1`,
    [id],
  );

describe('a connection', () => {
  it('is linked again without credentials where its source needs none, with its settings as they were', async () => {
    const id = await connection({ settings: source.settings() });
    const { settings } = await get(id);
    await unlink(id);
    const { status, body, headers } = await link(id);
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'linked', stateReason: null, settings });
    expect(headers.get('etag')).toBe('"3"');
  });

  it('is linked again with new credentials, never without', async () => {
    const id = await connection({ settings: bearer(), credentials: { token: 'old' } });
    await unlink(id);
    const refused = await link(id);
    expect([refused.status, refused.body.errors]).toMatchObject([422, [{ pointer: '/credentials', code: 'required' }]]);
    expect(await get(id)).toMatchObject({ state: 'unlinked', hasCredentials: false });
    const { body } = await link(id, { credentials: { token: 'new' } });
    expect(body).toMatchObject({ state: 'linked', stateReason: null, hasCredentials: true });
  });

  it('that waits for credentials is linked by giving them', async () => {
    const id = await connection({ settings: bearer() });
    expect((await get(id)).state).toBe('pendingAuth');
    expect((await link(id)).status).toBe(422);
    expect((await link(id, { credentials: { token: 't' } })).body.state).toBe('linked');
  });

  it('that was turned away may be tried again with what it has', async () => {
    const id = await connection({ settings: bearer(), credentials: { token: 't' } });
    await turnedAway(id);
    expect((await link(id)).body).toMatchObject({ state: 'linked', stateReason: null, hasCredentials: true });
  });

  it('that is linked stays as it is, but for new credentials', async () => {
    const id = await connection({ settings: bearer(), credentials: { token: 't' } });
    const before = await get(id);
    expect((await link(id)).body).toEqual(before);
    const { headers } = await link(id, { credentials: { token: 'new' } });
    expect(headers.get('etag')).toBe('"2"');
  });

  it.each([
    [{ credentials: { user: 'a' } }, 'unknown_field'],
    [{ credentials: 'token' }, 'invalid_type'],
    [{ credentials: null }, 'invalid_type'],
    [{ state: 'linked' }, 'unknown_field'],
  ])('is not linked by %j', async (body, code) => {
    const id = await connection({ settings: bearer(), credentials: { token: 't' } });
    await unlink(id);
    const answer = await link(id, body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((problem: { code: string }) => problem.code)).toContain(code);
    expect((await get(id)).state).toBe('unlinked');
  });

  it('tells its models and what its source can do with each', async () => {
    const id = await connection({ settings: source.settings() });
    expect((await get(id)).models).toEqual([
      {
        model: 'orders',
        capabilities: {
          sort: true,
          page: true,
          filter: true,
          total: false,
          updatedAt: true,
          createdAt: false,
          announcesChanges: false,
        },
      },
    ]);
  });
});

describe('a sync', () => {
  it('is neither enabled nor run on a connection that waits for credentials', async () => {
    const id = await connection({ settings: bearer() });
    const path = `/v1/connections/${id}/syncs`;
    expect((await client.api('POST', path, { schedule: DAILY_IN_LONDON })).body.code).toBe('connection_not_linked');
    const made = await client.api('POST', path, { enabled: false, schedule: DAILY_IN_LONDON });
    const sync = `/v1/syncs/${made.body.id}`;
    const enabled = await client.api('PATCH', sync, { enabled: true });
    expect([enabled.status, enabled.body.code]).toEqual([409, 'connection_not_linked']);
    const run = await client.api('POST', `${sync}/runs`, { type: 'full' });
    expect([run.status, run.body.code]).toEqual([409, 'connection_not_linked']);
    await link(id, { credentials: { token: 't' } });
    expect((await client.api('GET', sync)).body).toMatchObject({ enabled: false, state: 'disabled' });
    expect((await client.api('PATCH', sync, { enabled: true })).body.state).toBe('active');
  });
});
