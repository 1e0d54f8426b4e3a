import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR, instantOf, SECOND, toIso } from '../../src/domain/time/instant.js';
import { isApiKey, newApiKey } from '../../src/tenancy/api-key.js';
import { keyIn } from '../../src/tenancy/authorization.js';
import { eventually } from '../support/eventually.js';
import { query, whileLocked } from '../support/postgres.js';
import { apiWith, startWorld, type Answer, type TestClient, type World } from '../support/world.js';

let world: World;
let acme: TestClient;
beforeAll(async () => {
  world = await startWorld();
  acme = await world.newClient('Acme');
});
afterAll(() => world.close());

const withHeader = (authorization: string, path = '/v1/companies', method = 'GET'): Promise<Answer> =>
  apiWith(world.baseUrl, '')(method, path, method === 'GET' ? undefined : { name: 'Shop' }, { authorization });
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const waitsForTheTable = async () => {
  const sql = `select from pg_locks where relation = 'api_key'::regclass and not granted`;
  return (await query(world.database.superuserUrl, sql)).length > 0;
};
const newKey = async (body: Record<string, unknown>) =>
  (await world.admin('POST', `/admin/v1/clients/${acme.clientId}/api-keys`, body)).body;

describe('the form of a key', () => {
  it('carries its mode and a checksum', () => {
    expect(newApiKey('live')).toMatch(/^mk_live_[0-9A-Za-z]{36}$/);
    expect(newApiKey('test')).toMatch(/^mk_test_[0-9A-Za-z]{36}$/);
    expect(isApiKey(newApiKey('live'))).toBe(true);
  });

  it('is not met by a key with any one character changed', () => {
    const key = newApiKey('live');
    const changed = Array.from(
      key,
      (character, at) => key.slice(0, at) + (character === 'a' ? 'b' : 'a') + key.slice(at + 1),
    );
    expect(changed.filter((text) => isApiKey(text))).toEqual([]);
    expect(isApiKey(key.replace('live', 'test'))).toBe(false);
  });

  it('is never made twice, and draws all characters about equally often', () => {
    const keys = Array.from({ length: 5_000 }, () => newApiKey('live'));
    expect(new Set(keys).size).toBe(keys.length);
    const counts = new Map<string, number>();
    for (const character of keys.flatMap((key) => key.slice(8, 38).split(''))) {
      counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    expect(counts.size).toBe(62);
    const expected = (keys.length * 30) / 62;
    for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(6 * Math.sqrt(expected));
  });

  it.each([
    ['Bearer abc', 'abc'],
    ['bearer  abc', 'abc'],
    [basic('abc'), 'abc'],
    [basic('abc:'), 'abc'],
    [basic('abc:password'), undefined],
    ['Basic !!!', undefined],
    ['Digest abc', undefined],
    ['Bearer', undefined],
    ['Bearer abc def', undefined],
    ['abc', undefined],
    [undefined, undefined],
  ])('is found in the header %s as %s', (header, key) => {
    expect(keyIn(header)).toBe(key);
  });
});

describe('who is let in', () => {
  it('takes a key as Bearer, as Basic alone, and as Basic with an empty password', async () => {
    const headers = [`Bearer ${acme.apiKey}`, basic(acme.apiKey), basic(`${acme.apiKey}:`)];
    const answers = await Promise.all(headers.map((header) => withHeader(header)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it.each([
    ['no key at all', () => ''],
    ['a Basic that is no key', () => 'Basic eDp5'],
    ['a user with a password', () => basic(`${acme.apiKey}:x`)],
    ['a changed last character', () => `Bearer ${acme.apiKey.slice(0, -1)}${acme.apiKey.endsWith('a') ? 'b' : 'a'}`],
    ['a key that was never given', () => `Bearer ${newApiKey('live')}`],
    ['the hash that is stored', () => `Bearer ${createHash('sha256').update(acme.apiKey).digest('hex')}`],
    ['the operator’s key', () => `Bearer ${world.adminKey}`],
    ['a session token', () => `Bearer fst_${'a'.repeat(43)}`],
  ])('refuses %s with 401 and says how to authenticate', async (_, header) => {
    const answer = await withHeader(header());
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('refuses a client’s key at the operator’s door, and a wrong operator key', async () => {
    expect(await acme.api('GET', '/admin/v1/clients')).toMatchObject({ status: 401 });
    expect(await apiWith(world.baseUrl, `${world.adminKey}x`)('GET', '/admin/v1/clients')).toMatchObject({
      status: 401,
    });
    expect(await apiWith(world.baseUrl, '')('GET', '/admin/v1/clients')).toMatchObject({ status: 401 });
    expect(await world.admin('GET', '/admin/v1/clients')).toMatchObject({ status: 200 });
  });

  it('refuses a key in the query before it looks at the query', async () => {
    expect(await apiWith(world.baseUrl, '')('GET', `/v1/companies?api_key=${acme.apiKey}`)).toMatchObject({
      status: 401,
    });
  });

  it('asks no database about a key whose checksum is wrong', async () => {
    const wrong = `${acme.apiKey.slice(0, -1)}${acme.apiKey.endsWith('a') ? 'b' : 'a'}`;
    await whileLocked(world.database.superuserUrl, 'api_key', async (unlock) => {
      const wellFormed = withHeader(`Bearer ${newApiKey('live')}`);
      expect((await withHeader(`Bearer ${wrong}`)).status).toBe(401);
      await eventually(waitsForTheTable, { what: 'a look at the keys' });
      await unlock();
      expect((await wellFormed).status).toBe(401);
    });
  });
});

describe('what a key may do', () => {
  it.each([
    { scopes: ['read'], get: 200, post: 403, preview: 200 },
    { scopes: ['write'], get: 403, post: 201, preview: 403 },
    { scopes: ['read', 'write'], get: 200, post: 201, preview: 200 },
  ])('with the scopes $scopes', async ({ scopes, get, post, preview }) => {
    const { key } = await newKey({ scopes });
    const api = apiWith(world.baseUrl, key);
    const [read, written, previewed] = [
      await api('GET', '/v1/companies'),
      await api('POST', '/v1/companies', { name: 'Shop' }),
      await api('POST', '/v1/schedules/preview', {
        schedule: { selectedFrequency: 'Daily', startDate: '2026-01-01', timeZone: 'Europe/London' },
      }),
    ];
    expect([read.status, written.status, previewed.status]).toEqual([get, post, preview]);
    const refused = [read, written, previewed].filter(({ status }) => status === 403);
    const missing = scopes.includes('read') ? 'write' : 'read';
    for (const { body } of refused) expect(body).toMatchObject({ code: 'insufficient_scope', requiredScope: missing });
  });
});

describe('keys of a client', () => {
  it('shows the key once and stores its hash only', async () => {
    const created = await newKey({ name: 'server', scopes: ['read'], mode: 'test' });
    expect(created.key).toMatch(/^mk_test_/);
    expect(created).toMatchObject({ name: 'server', mode: 'test', scopes: ['read'], expiresAt: null, revokedAt: null });
    expect(created.hint).toBe(created.key.slice(-4));
    const { body } = await world.admin('GET', `/admin/v1/clients/${acme.clientId}/api-keys`);
    expect(JSON.stringify(body)).not.toContain(created.key);
    const [row] = await query<{ text: string }>(
      world.database.superuserUrl,
      'select row_to_json(api_key)::text as text from api_key where id = $1',
      [created.id],
    );
    expect(row?.text).not.toContain(created.key.slice(8, 30));
    expect(row?.text).toContain(createHash('sha256').update(created.key).digest('hex'));
  });

  it('lists them newest first, page by page', async () => {
    const other = await world.newClient('Lister');
    const path = `/admin/v1/clients/${other.clientId}/api-keys`;
    for (const name of ['second', 'third']) await world.admin('POST', path, { name, scopes: ['read'] });
    const first = await world.admin('GET', `${path}?limit=2`);
    const next = await world.admin('GET', `${path}?limit=2&cursor=${first.body.nextCursor}`);
    expect(first.body.data.map((key: { name: string }) => key.name)).toEqual(['third', 'second']);
    expect(next.body.data.map((key: { name: string }) => key.name)).toEqual(['test']);
    expect(next.body.nextCursor).toBeNull();
  });

  it('refuses a revoked key at once, and revokes a second time without a change', async () => {
    const { id, key } = await newKey({ scopes: ['read'] });
    const path = `/admin/v1/clients/${acme.clientId}/api-keys/${id}`;
    expect((await withHeader(`Bearer ${key}`)).status).toBe(200);
    expect((await world.admin('DELETE', path)).status).toBe(204);
    expect((await withHeader(`Bearer ${key}`)).status).toBe(401);
    const revokedAt = async () =>
      query(world.database.superuserUrl, 'select revoked_at from api_key where id = $1', [id]);
    const first = await revokedAt();
    expect((await world.admin('DELETE', path)).status).toBe(204);
    expect(await revokedAt()).toEqual(first);
  });

  it('refuses a key that another process revoked within five seconds', async () => {
    const { id, key } = await newKey({ scopes: ['read'] });
    expect((await withHeader(`Bearer ${key}`)).status).toBe(200);
    await query(world.database.superuserUrl, 'update api_key set revoked_at = now() where id = $1', [id]);
    await eventually(async () => (await withHeader(`Bearer ${key}`)).status === 401, {
      timeout: 5_000,
      what: 'the end of the key',
    });
  });

  it('refuses an expired key by the database’s clock', async () => {
    const now = instantOf(Date.now());
    const { key } = await newKey({ scopes: ['read'], expiresAt: toIso(instantOf(now + HOUR)) });
    world.clock.set(instantOf(now + HOUR - SECOND));
    const before = await withHeader(`Bearer ${key}`);
    world.clock.set(instantOf(now + HOUR));
    await eventually(async () => (await withHeader(`Bearer ${key}`)).status === 401, { timeout: 5_000 });
    world.clock.set(now);
    expect(before.status).toBe(200);
  });

  it('notes the last use at most once a minute', async () => {
    const now = instantOf(Math.trunc(Date.now() / 1000) * 1000);
    const { id, key } = await newKey({ scopes: ['read'] });
    const lastUse = async () => {
      const [row] = await query<{ last_used_at: Date }>(
        world.database.superuserUrl,
        'select last_used_at from api_key where id = $1',
        [id],
      );
      return row?.last_used_at?.getTime();
    };
    const useAt = async (at: number) => {
      world.clock.set(instantOf(at));
      // Revoking any key makes this process ask about all of them anew.
      const { id: other } = await newKey({ scopes: ['read'] });
      await world.admin('DELETE', `/admin/v1/clients/${acme.clientId}/api-keys/${other}`);
      expect((await withHeader(`Bearer ${key}`)).status).toBe(200);
      return lastUse();
    };
    expect(await useAt(now)).toBe(now);
    expect(await useAt(now + 59 * SECOND)).toBe(now);
    expect(await useAt(now + 61 * SECOND)).toBe(now + 61 * SECOND);
  });

  it.each([
    [{ scopes: [] }, '/scopes', 'too_few_items'],
    [{ scopes: ['read', 'read'] }, '/scopes', 'duplicate_value'],
    [{ scopes: ['admin'] }, '/scopes', 'unsupported_value'],
    [{}, '/scopes', 'required'],
    [{ scopes: ['read'], mode: 'prod' }, '/mode', 'unsupported_value'],
    [{ scopes: ['read'], expiresAt: 'tomorrow' }, '/expiresAt', 'invalid_date'],
    [{ scopes: ['read'], expiresAt: '2001-01-01T00:00:00Z' }, '/expiresAt', 'out_of_range'],
    [{ scopes: ['read'], name: 7 }, '/name', 'invalid_type'],
    [{ scopes: ['read'], clientId: 'x' }, '/clientId', 'unknown_field'],
  ])('refuses %j', async (body, pointer, code) => {
    const answer = await world.admin('POST', `/admin/v1/clients/${acme.clientId}/api-keys`, body);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer, code }] } });
  });

  it('knows no key of another client, and no client that is not there', async () => {
    const other = await world.newClient('Other');
    const { id } = await newKey({ scopes: ['read'] });
    const unknown = `cli_${'0'.repeat(26)}`;
    const answers = [
      await world.admin('DELETE', `/admin/v1/clients/${other.clientId}/api-keys/${id}`),
      await world.admin('GET', `/admin/v1/clients/${unknown}`),
      await world.admin('GET', '/admin/v1/clients/nonsense'),
      await world.admin('GET', `/admin/v1/clients/${unknown}/api-keys`),
      await world.admin('POST', `/admin/v1/clients/${unknown}/api-keys`, { scopes: ['read'] }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
  });
});

describe('clients', () => {
  it('begin with the usual settings and are listed oldest first', async () => {
    world.clock.set(instantOf(Date.now() + 2 * HOUR));
    const created = await world.admin('POST', '/admin/v1/clients', { name: 'Globex' });
    expect(created.body).toMatchObject({
      name: 'Globex',
      defaultSyncHour: null,
      frequencyOptions: ['Daily', 'Monthly'],
      catchUp: 'collapse',
      disableAfterFailures: 31,
      maxBackfill: null,
      quietHours: null,
      allowedOrigins: [],
      redirectUrls: [],
      branding: {},
    });
    expect(created.headers.get('location')).toBe(`/admin/v1/clients/${created.body.id}`);
    expect((await world.admin('GET', `/admin/v1/clients/${created.body.id}`)).body).toEqual(created.body);
    const { body } = await world.admin('GET', '/admin/v1/clients?limit=200');
    const ids = body.data.map((client: { id: string }) => client.id);
    expect(ids.at(-1)).toBe(created.body.id);
    expect(ids.every((id: string, at: number) => at === 0 || ids[at - 1] < id)).toBe(true);
  });

  it.each([
    [{}, 'required'],
    [{ name: '' }, 'too_short'],
    [{ name: 'x'.repeat(201) }, 'too_long'],
    [{ name: 'a\u0000b' }, 'invalid_characters'],
    [{ name: null }, 'invalid_type'],
  ])('refuses the name of %j', async (body, code) => {
    const answer = await world.admin('POST', '/admin/v1/clients', body);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/name', code }] } });
  });
});
