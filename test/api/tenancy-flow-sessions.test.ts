import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, HOUR, instantOf, MINUTE } from '../../src/domain/time/instant.js';
import { query } from '../support/postgres.js';
import { connectShop, type ShopOfACompany } from '../support/shop-of-a-company.js';
import { Source } from '../support/source.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const NOBODY = '0'.repeat(26);

let world: World;
let source: Source;
let acme: TestClient;
let shop: ShopOfACompany;
beforeAll(async () => {
  source = await Source.start();
  world = await startWorld({ outboundAllow: [source.origin] });
  acme = await world.newClient('Acme');
  shop = await connectShop(acme, source);
  await acme.api('PATCH', '/v1/client', {
    allowedOrigins: ['https://app.acme.com', 'https://admin.acme.com:8443'],
    redirectUrls: ['https://app.acme.com/done'],
  });
});
afterAll(async () => {
  await world.close();
  await source.close();
});

const open = (body: unknown, companyId = shop.companyId) =>
  acme.api('POST', `/v1/companies/${companyId}/flow-sessions`, body);
const sha256 = (text: string) => createHash('sha256').update(text).digest();
const stored = async (id: string) => {
  const rows = await query<Record<string, unknown>>(
    world.database.superuserUrl,
    'select * from flow_session where id = $1',
    [id],
  );
  return rows[0];
};

describe('a session of the Sync Flow', () => {
  it('is a token for a browser and a link, of which only hashes are stored', async () => {
    const { status, body } = await open({});
    expect(status).toBe(201);
    expect(Buffer.from(body.token.slice(4), 'base64url')).toHaveLength(32);
    const [link, code = ''] = body.hostedUrl.split('#c=');
    expect(link).toBe(`${world.baseUrl}/f/${body.id}`);
    expect(Buffer.from(code, 'base64url')).toHaveLength(32);
    const row = await stored(body.id);
    expect(row).toMatchObject({ token_hash: sha256(body.token), code_hash: sha256(code), code_used_at: null });
    expect(JSON.stringify(row)).not.toContain(body.token.slice(4));
  });

  it('is open to everything of the client unless the request narrows it', async () => {
    const { body } = await open({});
    expect(await stored(body.id)).toMatchObject({
      view: 'auto',
      scopes: ['config:read', 'config:write', 'status:read', 'action:pause', 'action:sync_now'],
      allowed_origins: ['https://app.acme.com', 'https://admin.acme.com:8443'],
      read_only: false,
      features: {},
      locale: null,
      redirect_url: null,
    });
  });

  it('keeps what it was opened with', async () => {
    const { status, body } = await open({
      view: 'status',
      scopes: ['status:read'],
      allowedOrigins: ['https://app.acme.com'],
      locale: 'EN-gb',
      timeZone: 'europe/london',
      readOnly: true,
      features: { syncHour: false },
      redirectUrl: 'https://app.acme.com/done',
      actor: { id: 'u_7', name: 'Sam' },
      merchantName: '<img src=x onerror=alert(1)>',
      connectionId: shop.connectionId,
      syncId: shop.syncId,
    });
    expect(status).toBe(201);
    expect(await stored(body.id)).toMatchObject({
      client_id: acme.clientId,
      company_id: shop.companyId,
      connection_id: shop.connectionId,
      sync_id: shop.syncId,
      view: 'status',
      scopes: ['status:read'],
      allowed_origins: ['https://app.acme.com'],
      locale: 'en-GB',
      time_zone: 'Europe/London',
      read_only: true,
      features: { syncHour: false },
      redirect_url: 'https://app.acme.com/done',
      actor: { id: 'u_7', name: 'Sam' },
      merchant_name: '<img src=x onerror=alert(1)>',
    });
  });

  it.each([
    [{}, 30 * MINUTE],
    [{ ttlSeconds: 300 }, 5 * MINUTE],
    [{ ttlSeconds: 14_400 }, 4 * HOUR],
  ])('opened with %j ends after %i ms', async (body, lifetime) => {
    const now = instantOf(Date.parse('2026-03-01T12:00:00Z'));
    world.clock.set(now);
    expect(Date.parse((await open(body)).body.expiresAt) - now).toBe(lifetime);
  });

  it.each([
    [{ ttlSeconds: 299 }, '/ttlSeconds', 'out_of_range'],
    [{ ttlSeconds: 2_678_400 }, '/ttlSeconds', 'out_of_range'],
    [{ ttlSeconds: '600' }, '/ttlSeconds', 'invalid_type'],
    [{ redirectUrl: '//evil.example' }, '/redirectUrl', 'url_not_allowed'],
    [{ redirectUrl: 'https://app.acme.com/done/' }, '/redirectUrl', 'url_not_allowed'],
    [{ redirectUrl: 'https://app.acme.com/done?x' }, '/redirectUrl', 'url_not_allowed'],
    [{ allowedOrigins: ['https://app.acme.com', 'https://evil.example'] }, '/allowedOrigins/1', 'origin_not_allowed'],
    [{ allowedOrigins: ['https://app.acme.com.evil.example'] }, '/allowedOrigins/0', 'origin_not_allowed'],
    [{ allowedOrigins: ['https://app.acme.com:443'] }, '/allowedOrigins/0', 'origin_not_allowed'],
    [{ allowedOrigins: ['*'] }, '/allowedOrigins/0', 'origin_not_allowed'],
    [{ connectionId: `con_${NOBODY}` }, '/connectionId', 'unknown_reference'],
    [{ connectionId: 'nonsense' }, '/connectionId', 'unknown_reference'],
    [{ connectionId: 'a\u0000b' }, '/connectionId', 'invalid_characters'],
    [{ syncId: `syn_${NOBODY}` }, '/syncId', 'unknown_reference'],
    [{ view: 'admin' }, '/view', 'unsupported_value'],
    [{ scopes: ['everything'] }, '/scopes', 'unsupported_value'],
    [{ scopes: [] }, '/scopes', 'too_few_items'],
    [{ locale: 'not a locale' }, '/locale', 'invalid_format'],
    [{ timeZone: 'BST' }, '/timeZone', 'invalid_time_zone'],
    [{ features: { 'a b': true } }, '/features', 'invalid_format'],
    [{ features: { a: 'yes' } }, '/features', 'invalid_type'],
    [{ actor: {} }, '/actor/id', 'required'],
    [{ actor: { id: 'u', admin: true } }, '/actor/admin', 'unknown_field'],
    [{ merchantName: 'a\u0000b' }, '/merchantName', 'invalid_characters'],
    [{ companyId: 'com_x' }, '/companyId', 'unknown_field'],
  ])('is refused %j', async (body, pointer, code) => {
    const answer = await open(body);
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed', errors: [{ pointer, code }] } });
  });

  it('is for a connection and a sync of its own company, and of each other', async () => {
    const neighbour = await connectShop(acme, source);
    const codes = async (body: unknown) => {
      const { body: problem } = await open(body);
      return problem.errors.map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`);
    };
    expect(await codes({ connectionId: neighbour.connectionId, syncId: neighbour.syncId })).toEqual([
      '/connectionId unknown_reference',
      '/syncId unknown_reference',
    ]);
    const second = await acme.api('POST', `/v1/companies/${shop.companyId}/connections`, {
      platform: 'rest',
      name: 'Second',
      settings: { baseUrl: source.origin },
    });
    expect(await codes({ connectionId: second.body.id, syncId: shop.syncId })).toEqual(['/syncId unknown_reference']);
    expect((await open({ syncId: shop.syncId })).status).toBe(201);
  });

  it.each([
    ['a company without a connection', [], {}, '/connectionId'],
    ['a company with several', [1, 1], {}, '/connectionId'],
    ['a connection with several syncs', [2], { connectionId: 0 }, '/syncId'],
    ['the only connection of a company, with several syncs', [2], {}, '/syncId'],
  ])('is refused for %s, where it is not plain what it is for', async (_, syncs, names, pointer) => {
    const company = (await acme.api('POST', '/v1/companies', { name: 'Corner Shop' })).body.id;
    const connections: string[] = [];
    for (const count of syncs) {
      const connection = { platform: 'rest', name: 'Till', settings: source.settings() };
      const { id } = (await acme.api('POST', `/v1/companies/${company}/connections`, connection)).body;
      connections.push(id);
      for (let sync = 0; sync < count; sync += 1) await acme.api('POST', `/v1/connections/${id}/syncs`, {});
    }
    const body = 'connectionId' in names ? { connectionId: connections[0] } : {};
    expect(await open(body, company)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer, code: 'required' }] },
    });
  });

  it.each([
    ['the only sync of the company’s only connection', [1]],
    ['the first sync of a connection that has none yet', [0]],
  ])('is, unnamed, for %s', async (_, syncs) => {
    const company = (await acme.api('POST', '/v1/companies', { name: 'Corner Shop' })).body.id;
    const connection = { platform: 'rest', name: 'Till', settings: source.settings() };
    const { id } = (await acme.api('POST', `/v1/companies/${company}/connections`, connection)).body;
    if (syncs[0] === 1) await acme.api('POST', `/v1/connections/${id}/syncs`, {});
    expect((await open({}, company)).status).toBe(201);
  });

  it('cannot be opened for a company that is not the client’s', async () => {
    expect(await open({}, `com_${NOBODY}`)).toMatchObject({ status: 404 });
    expect(await open({}, 'nonsense')).toMatchObject({ status: 404 });
  });

  it('goes with its company', async () => {
    const closing = await connectShop(acme, source);
    const { body } = await open({}, closing.companyId);
    await acme.api('DELETE', `/v1/companies/${closing.companyId}`);
    expect(await stored(body.id)).toBeUndefined();
  });
});

describe('ending all sessions of a company', () => {
  it('ends those that are open, once, and no other company’s', async () => {
    const now = instantOf(Date.parse('2026-04-01T12:00:00Z'));
    world.clock.set(now);
    const { companyId } = await connectShop(acme, source);
    const mine = [(await open({}, companyId)).body.id, (await open({}, companyId)).body.id];
    const other = (await open({ syncId: shop.syncId })).body.id;
    const expireAll = () => acme.api('POST', `/v1/companies/${companyId}/flow-sessions/expire-all`);
    expect(await expireAll()).toMatchObject({ status: 200, body: { expired: 2 } });
    expect((await expireAll()).body).toEqual({ expired: 0 });
    for (const id of mine) expect(await stored(id)).toMatchObject({ revoked_at: new Date(now) });
    expect(await stored(other)).toMatchObject({ revoked_at: null });
  });

  it('counts a link that was never used for a day, and nothing that has ended by itself', async () => {
    const now = instantOf(Date.parse('2026-05-01T12:00:00Z'));
    const { companyId } = await connectShop(acme, source);
    const expireAll = async () => {
      return (await acme.api('POST', `/v1/companies/${companyId}/flow-sessions/expire-all`)).body.expired;
    };
    world.clock.set(now);
    await open({}, companyId);
    world.clock.set(instantOf(now + DAY));
    expect(await expireAll()).toBe(0);
    await open({}, companyId);
    world.clock.set(instantOf(now + DAY + 2 * HOUR));
    expect(await expireAll()).toBe(1);
  });

  it('answers a company that is not the client’s as unknown', async () => {
    expect(await acme.api('POST', `/v1/companies/com_${NOBODY}/flow-sessions/expire-all`)).toMatchObject({
      status: 404,
    });
  });
});
