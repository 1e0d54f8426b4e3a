import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instantOf, MINUTE } from '../../src/domain/time/instant.js';
import { query, whileLocked } from '../support/postgres.js';
import { connectShop } from '../support/shop-of-a-company.js';
import { Source } from '../support/source.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const NOBODY = '0'.repeat(26);

let world: World;
let source: Source;
let acme: TestClient;
beforeAll(async () => {
  source = await Source.start();
  world = await startWorld({ outboundAllow: [source.origin] });
  acme = await world.newClient('Acme');
});
afterAll(async () => {
  await world.close();
  await source.close();
});

const newCompany = async (body: Record<string, unknown> = {}, client = acme) =>
  (await client.api('POST', '/v1/companies', { name: 'Corner Shop', ...body })).body;
const rest = (settings: Record<string, unknown> = {}) => ({
  platform: 'rest',
  name: 'Till',
  settings: { baseUrl: source.origin, ...settings },
});
const newConnection = async (companyId: string, body: Record<string, unknown> = {}) =>
  (await acme.api('POST', `/v1/companies/${companyId}/connections`, { ...rest(), ...body })).body;
const names = (answer: { body: { data: readonly { name: string }[] } }) => answer.body.data.map(({ name }) => name);

describe('the settings of a client', () => {
  it('are changed one by one, each change with a new tag', async () => {
    const client = await world.newClient('Settings');
    const before = await client.api('GET', '/v1/client');
    const changed = await client.api(
      'PATCH',
      '/v1/client',
      {
        defaultSyncHour: 3,
        frequencyOptions: ['Daily', 'Hourly'],
        catchUp: 'each',
        disableAfterFailures: 7,
        maxBackfill: 'P24M',
        quietHours: { startHour: 22, endHour: 6, timeZone: 'europe/london' },
        allowedOrigins: ['https://app.acme.com', 'http://localhost:3000'],
        redirectUrls: ['https://app.acme.com/done?x=1'],
        branding: { name: 'Acme', colors: { accent: '#123456' } },
      },
      { 'if-match': before.headers.get('etag') ?? '' },
    );
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      name: 'Settings',
      defaultSyncHour: 3,
      quietHours: { startHour: 22, endHour: 6, timeZone: 'Europe/London' },
      branding: { colors: { accent: '#123456' } },
    });
    expect(changed.headers.get('etag')).not.toBe(before.headers.get('etag'));
    const after = await client.api('GET', '/v1/client');
    expect(after.body).toEqual(changed.body);
    expect(after.headers.get('etag')).toBe(changed.headers.get('etag'));

    const emptied = await client.api('PATCH', '/v1/client', {
      defaultSyncHour: null,
      maxBackfill: null,
      quietHours: null,
    });
    expect(emptied.body).toMatchObject({ defaultSyncHour: null, maxBackfill: null, quietHours: null, catchUp: 'each' });
  });

  it('keep what somebody else changed meanwhile', async () => {
    const client = await world.newClient('Race');
    const { headers } = await client.api('GET', '/v1/client');
    const tag = { 'if-match': headers.get('etag') ?? '' };
    const answers = await Promise.all(
      [1, 2, 3, 4].map((hour) => client.api('PATCH', '/v1/client', { defaultSyncHour: hour }, tag)),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412, 412, 412]);
    const winner = answers.find(({ status }) => status === 200);
    expect((await client.api('GET', '/v1/client')).body.defaultSyncHour).toBe(winner?.body.defaultSyncHour);
  });

  it.each([
    [{ frequencyOptions: ['Daily', 'Daily'] }, '/frequencyOptions', 'duplicate_value'],
    [{ frequencyOptions: [] }, '/frequencyOptions', 'too_few_items'],
    [{ frequencyOptions: ['Fortnightly'] }, '/frequencyOptions', 'unsupported_frequency'],
    [{ frequencyOptions: [7] }, '/frequencyOptions', 'invalid_type'],
    [{ frequencyOptions: null }, '/frequencyOptions', 'invalid_type'],
    [{ defaultSyncHour: 24 }, '/defaultSyncHour', 'out_of_range'],
    [{ defaultSyncHour: '3' }, '/defaultSyncHour', 'invalid_type'],
    [{ defaultSyncHour: 1.5 }, '/defaultSyncHour', 'invalid_type'],
    [{ catchUp: 'skip' }, '/catchUp', 'unsupported_value'],
    [{ disableAfterFailures: 0 }, '/disableAfterFailures', 'out_of_range'],
    [{ maxBackfill: '2 years' }, '/maxBackfill', 'invalid_duration'],
    [{ maxBackfill: 'P0D' }, '/maxBackfill', 'out_of_range'],
    [{ maxBackfill: '-P1D' }, '/maxBackfill', 'out_of_range'],
    [{ quietHours: { startHour: 5, endHour: 5, timeZone: 'UTC' } }, '/quietHours', 'empty_range'],
    [{ quietHours: { startHour: 5, endHour: 6, timeZone: 'BST' } }, '/quietHours/timeZone', 'invalid_time_zone'],
    [{ quietHours: { startHour: 25, endHour: 6, timeZone: 'UTC' } }, '/quietHours/startHour', 'out_of_range'],
    [{ quietHours: { startHour: 5, endHour: 6 } }, '/quietHours/timeZone', 'required'],
    [{ quietHours: 'night' }, '/quietHours', 'invalid_type'],
    [{ quietHours: { startHour: 5, endHour: 6, timeZone: 'UTC', days: [] } }, '/quietHours/days', 'unknown_field'],
    [{ allowedOrigins: ['https://app.acme.com/'] }, '/allowedOrigins', 'invalid_url'],
    [{ allowedOrigins: ['https://*.acme.com'] }, '/allowedOrigins', 'invalid_url'],
    [{ allowedOrigins: ['https://app.acme.com:443'] }, '/allowedOrigins', 'invalid_url'],
    [{ allowedOrigins: ['HTTPS://APP.ACME.COM'] }, '/allowedOrigins', 'invalid_url'],
    [{ allowedOrigins: ['null'] }, '/allowedOrigins', 'invalid_url'],
    [{ allowedOrigins: ['https://a.com', 'https://a.com'] }, '/allowedOrigins', 'duplicate_value'],
    [{ redirectUrls: ['//evil.example'] }, '/redirectUrls', 'invalid_url'],
    [{ redirectUrls: ['javascript:alert(1)'] }, '/redirectUrls', 'invalid_url'],
    [{ redirectUrls: ['https://user:pw@acme.com/'] }, '/redirectUrls', 'invalid_url'],
    [{ redirectUrls: ['https:\\\\evil.example'] }, '/redirectUrls', 'invalid_url'],
    [{ redirectUrls: ['https:evil.example'] }, '/redirectUrls', 'invalid_url'],
    [{ branding: { text: 'x'.repeat(10_001) } }, '/branding', 'too_long'],
    [{ branding: { text: 'a\u0000b' } }, '/branding/text', 'invalid_characters'],
    [{ branding: { text: '\ud800' } }, '/branding/text', 'invalid_characters'],
    [{ branding: [] }, '/branding', 'invalid_type'],
    [{ id: 'cli_x' }, '/id', 'unknown_field'],
    [{ version: 9 }, '/version', 'unknown_field'],
  ])('refuse %j', async (body, pointer, code) => {
    const answer = await acme.api('PATCH', '/v1/client', body);
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed', errors: [{ pointer, code }] } });
  });

  it('tell every problem at once', async () => {
    const body = { defaultSyncHour: 99, catchUp: 'no', maxBackfill: 'x', colour: 'red' };
    const { body: problem } = await acme.api('PATCH', '/v1/client', body);
    expect(problem.errors.map(({ pointer }: { pointer: string }) => pointer).toSorted()).toEqual([
      '/catchUp',
      '/colour',
      '/defaultSyncHour',
      '/maxBackfill',
    ]);
  });
});

describe('companies', () => {
  it('are made, read, changed and deleted', async () => {
    const created = await acme.api('POST', '/v1/companies', {
      name: 'Corner Shop',
      reference: 'c-1',
      tags: { tier: 'gold' },
    });
    expect(created.status).toBe(201);
    expect(created.headers.get('etag')).toBe('"1"');
    const path = `/v1/companies/${created.body.id}`;
    expect(created.headers.get('location')).toBe(path);
    expect((await acme.api('GET', path)).body).toEqual(created.body);

    const renamed = await acme.api('PATCH', path, { name: 'Corner Store' }, { 'if-match': '"1"' });
    expect(renamed.body).toMatchObject({ name: 'Corner Store', reference: 'c-1', tags: { tier: 'gold' } });
    expect(renamed.headers.get('etag')).toBe('"2"');
    const emptied = await acme.api('PATCH', path, { reference: null, tags: {} });
    expect(emptied.body).toMatchObject({ name: 'Corner Store', reference: null, tags: {} });
    expect((await acme.api('PATCH', path, { name: 'x' }, { 'if-match': '"2"' })).status).toBe(412);

    expect((await acme.api('DELETE', path)).status).toBe(204);
    expect((await acme.api('GET', path)).status).toBe(404);
    expect((await acme.api('DELETE', path)).status).toBe(404);
  });

  it('change their updatedAt and not their createdAt', async () => {
    const { id, createdAt } = await newCompany();
    world.clock.set(instantOf(Date.parse(createdAt) + MINUTE));
    const { body } = await acme.api('PATCH', `/v1/companies/${id}`, { name: 'Later' });
    expect(body.createdAt).toBe(createdAt);
    expect(Date.parse(body.updatedAt) - Date.parse(createdAt)).toBe(MINUTE);
  });

  it('are listed oldest first, page by page, and by reference', async () => {
    const client = await world.newClient('Lister');
    for (const name of ['a', 'b', 'c']) {
      world.clock.set(instantOf((await world.clock.now()) + 1));
      await newCompany({ name, reference: name === 'b' ? 'middle' : 'edge' }, client);
    }
    const first = await client.api('GET', '/v1/companies?limit=2');
    const second = await client.api('GET', `/v1/companies?limit=2&cursor=${first.body.nextCursor}`);
    expect([names(first), names(second), second.body.nextCursor]).toEqual([['a', 'b'], ['c'], null]);
    expect(names(await client.api('GET', '/v1/companies?reference=edge'))).toEqual(['a', 'c']);
    const edge = await client.api('GET', '/v1/companies?reference=edge&limit=1');
    expect(await client.api('GET', `/v1/companies?cursor=${edge.body.nextCursor}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_cursor' },
    });
    expect(await acme.api('GET', `/v1/companies?cursor=${first.body.nextCursor}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_cursor' },
    });
  });

  it.each([
    [{ name: undefined }, '/name', 'required'],
    [{ name: 'a\u0007' }, '/name', 'invalid_characters'],
    [{ reference: '' }, '/reference', 'too_short'],
    [{ tags: { a: 1 } }, '/tags', 'invalid_type'],
    [{ tags: { 'a:b': 'x' } }, '/tags', 'invalid_format'],
    [{ tags: { ['k'.repeat(28)]: 'x' } }, '/tags', 'invalid_format'],
    [{ tags: { a: 'v'.repeat(101) } }, '/tags', 'too_long'],
    [{ tags: { a: '\ud800' } }, '/tags', 'invalid_characters'],
    [{ tags: Object.fromEntries('abcdefghijk'.split('').map((key) => [key, ''])) }, '/tags', 'too_many_items'],
    [{ tags: 'a:b' }, '/tags', 'invalid_type'],
    [{ tenantId: 'cli_x' }, '/tenantId', 'unknown_field'],
  ])('refuse %j', async (body, pointer, code) => {
    const answer = await acme.api('POST', '/v1/companies', { name: 'Corner Shop', ...body });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer, code }] } });
  });

  it('take everything below them with them', async () => {
    const schedule = { selectedFrequency: 'Daily', startDate: '2026-01-01', syncHour: 0, timeZone: 'Etc/UTC' };
    const { companyId, connectionId } = await connectShop(acme, source, { schedule });
    await acme.api('POST', `/v1/companies/${companyId}/flow-sessions`, { connectionId });
    const kept = await connectShop(acme, source, { schedule });
    expect((await acme.api('DELETE', `/v1/companies/${companyId}`)).status).toBe(204);
    const left = await query<{ table: string; rows: number }>(
      world.database.superuserUrl,
      `select 'connection' as "table", count(*)::int as rows from connection where company_id = $1
        union all select 'sync', count(*)::int from sync where company_id = $1 or connection_id = $2
        union all select 'sync_period', count(*)::int from sync_period
          where not exists (select from sync where (sync.client_id, sync.id) = (sync_period.client_id, sync_id))
        union all select 'flow_session', count(*)::int from flow_session where company_id = $1`,
      [companyId, connectionId],
    );
    expect(left.filter(({ rows }) => rows > 0)).toEqual([]);
    expect((await acme.api('GET', `/v1/syncs/${kept.syncId}`)).status).toBe(200);
  });
});

describe('platforms', () => {
  it('are listed with what a connection of them needs', async () => {
    const { body } = await acme.api('GET', '/v1/platforms');
    const platforms = body.data.map(({ platform }: { platform: string }) => platform);
    expect(platforms).toEqual(expect.arrayContaining(['rest', 'sample']));
    expect(body.nextCursor).toBeNull();
    const sample = body.data.find(({ platform }: { platform: string }) => platform === 'sample');
    expect(sample).toMatchObject({ credentialsRequired: true, modelsInSettings: false });
    expect(sample.models.length).toBeGreaterThan(1);
    const own = body.data.find(({ platform }: { platform: string }) => platform === 'rest');
    expect(own).toMatchObject({ modelsInSettings: true, models: [] });
  });
});

describe('connections', () => {
  it('are linked when nothing more is needed, and wait when credentials are', async () => {
    const { id } = await newCompany();
    const open = await newConnection(id);
    expect(open).toMatchObject({ companyId: id, state: 'linked', hasCredentials: false, stateReason: null });
    const settings = { baseUrl: source.origin, auth: { type: 'bearer' } };
    const waiting = await newConnection(id, { settings });
    expect(waiting).toMatchObject({ state: 'pendingAuth', hasCredentials: false });
    const linked = await acme.api('PATCH', `/v1/connections/${waiting.id}`, { credentials: { token: 's3cr3t' } });
    expect(linked.body).toMatchObject({ state: 'linked', hasCredentials: true, stateReason: null });
  });

  it('never show credentials, which are stored encrypted for their own row', async () => {
    const { id } = await newCompany();
    const body = {
      settings: { baseUrl: source.origin, auth: { type: 'bearer' } },
      credentials: { token: 'canary-9381' },
    };
    const [one, two] = [await newConnection(id, body), await newConnection(id, body)];
    const answers = [
      one,
      (await acme.api('GET', `/v1/connections/${one.id}`)).body,
      (await acme.api('GET', '/v1/connections')).body,
    ];
    expect(JSON.stringify(answers)).not.toContain('canary-9381');
    const [row] = await query<{ text: string }>(
      world.database.superuserUrl,
      `select string_agg(encode(credentials, 'escape') || row_to_json(connection)::text, '') as text
         from connection where id in ($1, $2)`,
      [one.id, two.id],
    );
    expect(row?.text).not.toContain('canary-9381');

    await query(
      world.database.superuserUrl,
      `update connection c set credentials = o.credentials from connection o where c.id = $1 and o.id = $2`,
      [one.id, two.id],
    );
    const swapped = await acme.api('POST', `/v1/connections/${one.id}/test`);
    expect(swapped.status).toBe(500);
  });

  it('are changed, tagged, and keep their credentials when only settings change', async () => {
    const { id } = await newCompany();
    const auth = { type: 'bearer' };
    const made = await newConnection(id, { settings: { baseUrl: source.origin, auth }, credentials: { token: 't' } });
    const path = `/v1/connections/${made.id}`;
    const changed = await acme.api('PATCH', path, {
      name: 'New till',
      settings: { baseUrl: `${source.origin}/v2`, auth },
    });
    expect(changed.body).toMatchObject({ name: 'New till', hasCredentials: true, state: 'linked' });
    expect(changed.headers.get('etag')).toBe('"2"');
    expect((await acme.api('PATCH', path, { name: 'x' }, { 'if-match': '"1"' })).status).toBe(412);
    const refused = await acme.api('PATCH', path, { settings: { baseUrl: source.origin, auth: { type: 'basic' } } });
    expect(refused).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
    expect((await acme.api('GET', path)).body).toEqual(changed.body);
  });

  it('are unlinked without their credentials, and linked again by new ones', async () => {
    const { id } = await newCompany();
    const settings = { baseUrl: source.origin, auth: { type: 'bearer' } };
    const made = await newConnection(id, { settings, credentials: { token: 't' } });
    const path = `/v1/connections/${made.id}`;
    const unlinked = await acme.api('POST', `${path}/unlink`);
    expect(unlinked).toMatchObject({ status: 200, body: { state: 'unlinked', hasCredentials: false } });
    expect(unlinked.body.stateReason).toEqual(expect.any(String));
    const again = await acme.api('POST', `${path}/unlink`);
    expect([again.body, again.headers.get('etag')]).toEqual([unlinked.body, unlinked.headers.get('etag')]);
    const renamed = await acme.api('PATCH', path, { name: 'Still off', settings });
    expect(renamed.body).toMatchObject({ state: 'unlinked', name: 'Still off' });
    const linked = await acme.api('PATCH', path, { credentials: { token: 'u' } });
    expect(linked.body).toMatchObject({ state: 'linked', hasCredentials: true, stateReason: null });
  });

  it('that the source turned away are linked again by credentials, empty where none are needed', async () => {
    const { id } = await newCompany();
    const made = await newConnection(id);
    const sql = `update connection set state = 'deauthorized', state_reason = 'Turned away.' where id = $1`;
    await query(world.database.superuserUrl, sql, [made.id]);
    const path = `/v1/connections/${made.id}`;
    expect((await acme.api('PATCH', path, { name: 'x' })).body).toMatchObject({ state: 'deauthorized' });
    expect((await acme.api('PATCH', path, { credentials: {} })).body).toMatchObject({
      state: 'linked',
      hasCredentials: false,
    });
  });

  it('have an external id that is theirs alone on their platform', async () => {
    const [one, two] = [await newCompany(), await newCompany()];
    const first = await newConnection(one.id, { externalId: 'shop-1' });
    const taken = await acme.api('POST', `/v1/companies/${two.id}/connections`, { ...rest(), externalId: 'shop-1' });
    expect(taken).toMatchObject({ status: 409, body: { code: 'external_id_taken' } });
    const second = await newConnection(two.id, { externalId: 'shop-2' });
    const path = `/v1/connections/${second.id}`;
    expect(await acme.api('PATCH', path, { externalId: 'shop-1' })).toMatchObject({ status: 409 });
    expect((await acme.api('PATCH', path, { externalId: 'shop-2' })).status).toBe(200);
    expect((await acme.api('PATCH', `/v1/connections/${first.id}`, { externalId: null })).status).toBe(200);
    expect((await acme.api('PATCH', path, { externalId: 'shop-1' })).body).toMatchObject({ externalId: 'shop-1' });
    const globex = await world.newClient('Globex');
    const shop = await newCompany({}, globex);
    const other = await globex.api('POST', `/v1/companies/${shop.id}/connections`, { ...rest(), externalId: 'shop-1' });
    expect(other.status).toBe(201);
  });

  it('made at once with one external id are one', async () => {
    const { id } = await newCompany();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        acme.api('POST', `/v1/companies/${id}/connections`, { ...rest(), externalId: 'race' }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409, 409]);
  });

  it('are listed by company, platform and state', async () => {
    const client = await world.newClient('Lister');
    const shops = [await newCompany({}, client), await newCompany({}, client)];
    for (const [index, { id }] of shops.entries()) {
      world.clock.set(instantOf((await world.clock.now()) + 1));
      await client.api('POST', `/v1/companies/${id}/connections`, { ...rest(), name: `rest ${index}` });
    }
    const sample = { platform: 'sample', name: 'sample 1', settings: { baseUrl: source.origin } };
    world.clock.set(instantOf((await world.clock.now()) + 1));
    await client.api('POST', `/v1/companies/${shops[1]?.id}/connections`, sample);
    const list = async (path: string) => names(await client.api('GET', path)).toSorted();
    expect(await list('/v1/connections')).toEqual(['rest 0', 'rest 1', 'sample 1']);
    expect(await list(`/v1/connections?companyId=${shops[1]?.id}`)).toEqual(['rest 1', 'sample 1']);
    expect(await list('/v1/connections?platform=rest')).toEqual(['rest 0', 'rest 1']);
    expect(await list('/v1/connections?state=pendingAuth')).toEqual(['sample 1']);
    expect(await list(`/v1/connections?companyId=${shops[1]?.id}&platform=rest&state=linked`)).toEqual(['rest 1']);
    expect(await list('/v1/connections?companyId=nonsense')).toEqual([]);
    expect(await list(`/v1/connections?companyId=com_${NOBODY}`)).toEqual([]);
    expect(await list(`/v1/companies/${shops[0]?.id}/connections`)).toEqual(['rest 0']);
    expect((await client.api('GET', '/v1/connections?state=broken')).status).toBe(400);
    const first = await client.api('GET', `/v1/companies/${shops[1]?.id}/connections?limit=1`);
    const next = await client.api(
      'GET',
      `/v1/companies/${shops[1]?.id}/connections?limit=1&cursor=${first.body.nextCursor}`,
    );
    expect([...names(first), ...names(next)]).toEqual(['rest 1', 'sample 1']);
  });

  it.each([
    [{ platform: 'nope' }, '/platform', 'unknown_reference'],
    [{ platform: undefined }, '/platform', 'required'],
    [{ settings: undefined }, '/settings', 'required'],
    [{ settings: {} }, '/settings/baseUrl', 'required'],
    [{ settings: { baseUrl: 'https://169.254.169.254/' } }, '/settings/baseUrl', 'url_not_allowed'],
    [{ settings: { baseUrl: 'http://127.0.0.1:1/' } }, '/settings/baseUrl', 'url_not_allowed'],
    [{ settings: { baseUrl: 'https://a.example/', notes: 'x' } }, '/settings/notes', 'unknown_field'],
    [{ settings: 'x' }, '/settings', 'invalid_type'],
    [{ settings: { baseUrl: 'x'.repeat(50_001) } }, '/settings', 'too_long'],
    [{ settings: { baseUrl: 'https://a.example/\u0000' } }, '/settings/baseUrl', 'invalid_characters'],
    [{ credentials: 'secret' }, '/credentials', 'invalid_type'],
    [{ credentials: null }, '/credentials', 'invalid_type'],
    [{ name: 'a\u0000b' }, '/name', 'invalid_characters'],
    [{ externalId: '' }, '/externalId', 'too_short'],
    [{ state: 'linked' }, '/state', 'unknown_field'],
  ])('refuse %j', async (body, pointer, code) => {
    const { id } = await newCompany();
    const answer = await acme.api('POST', `/v1/companies/${id}/connections`, { ...rest(), ...body });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ pointer, code }));
  });

  it('are tried with one request, and a failure is told, not thrown', async () => {
    const { companyId, connectionId } = await connectShop(acme, source);
    expect(await acme.api('POST', `/v1/connections/${connectionId}/test`)).toMatchObject({
      status: 200,
      body: { ok: true, failure: null },
    });
    source.failures.push(401, 401, 401);
    const refused = await acme.api('POST', `/v1/connections/${connectionId}/test`);
    expect(refused.body).toMatchObject({ ok: false, failure: { code: 'credential_invalid', class: 'auth' } });
    expect((await acme.api('GET', `/v1/connections/${connectionId}`)).body.state).toBe('linked');
    source.failures.length = 0;

    const sample = { platform: 'sample', name: 'x', settings: { baseUrl: source.origin } };
    const waiting = await acme.api('POST', `/v1/companies/${companyId}/connections`, sample);
    const answers = [
      (await acme.api('POST', `/v1/connections/${waiting.body.id}/test`)).body,
      await acme.api('POST', `/v1/connections/${connectionId}/unlink`),
      (await acme.api('POST', `/v1/connections/${connectionId}/test`)).body,
    ];
    expect(answers[0]).toMatchObject({ ok: false, failure: { code: 'credential_invalid' } });
    expect(answers[2]).toMatchObject({ ok: false, failure: { code: 'connection_unlinked' } });
  });

  it('take their syncs with them', async () => {
    const { connectionId, syncId, companyId } = await connectShop(acme, source);
    expect((await acme.api('DELETE', `/v1/connections/${connectionId}`)).status).toBe(204);
    expect((await acme.api('GET', `/v1/syncs/${syncId}`)).status).toBe(404);
    expect((await acme.api('GET', `/v1/companies/${companyId}`)).status).toBe(200);
    expect((await acme.api('DELETE', `/v1/connections/${connectionId}`)).status).toBe(404);
  });

  it.each([';DROP%20TABLE%20connection', '%00', 'null', '00000000-0000-0000-0000-000000000000', 'a'.repeat(4096)])(
    'answer the id %s as unknown, without asking the database',
    async (id) => {
      const unknown = await acme.api('GET', `/v1/connections/con_${NOBODY}`);
      await whileLocked(world.database.superuserUrl, 'connection', async () => {
        const answer = await acme.api('GET', `/v1/connections/${id}`);
        expect({ ...answer.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
        expect(answer.status).toBe(404);
      });
    },
  );
});
