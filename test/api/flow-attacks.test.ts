import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, instant, MINUTE, plus, SECOND, type Instant } from '../../src/domain/time/instant.js';
import { allowPage, openPage, PAGE, pageWith, type OpenedPage } from '../support/flow.js';
import { connectShop, type ShopOfACompany } from '../support/shop-of-a-company.js';
import { Source } from '../support/source.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const NOW: Instant = instant('2026-11-22T12:00:00Z');
const schedule = { selectedFrequency: 'Daily', startDate: '2026-10-01', syncHour: 0, timeZone: 'Europe/London' };

let world: World;
let source: Source;
let acme: TestClient;
let shop: ShopOfACompany;
let opened: OpenedPage;
beforeAll(async () => {
  source = await Source.start();
  world = await startWorld({ outboundAllow: [source.origin] });
  acme = await world.newClient('Acme');
  await allowPage(acme);
});
afterAll(async () => {
  await world.close();
  await source.close();
});
beforeEach(async () => {
  world.clock.set(NOW);
  shop = await connectShop(acme, source, { schedule });
  opened = await openPage(world, acme, shop.companyId);
});

const own = () => new URL(world.baseUrl).origin;
const bootstrap = (origin: string | null, headers: Record<string, string> = {}) =>
  pageWith(world, opened.token, origin)('GET', '/flow/v1/session', undefined, headers);
const exchange = (body: unknown, origin: string | null = own()) =>
  pageWith(world, '', origin)('POST', '/flow/v1/hosted/exchange', body);

describe('a page of another origin', () => {
  it.each([
    ['another host', 'https://evil.example'],
    ['the origin with a suffix', `${PAGE}.evil.example`],
    ['the origin as a suffix', `https://evil-app.acme.com`],
    ['the origin with a longer port', `${PAGE}:8443`],
    ['the origin in another scheme', 'http://app.acme.com'],
    ['the origin in another case', 'https://APP.acme.com'],
    ['the origin with a slash', `${PAGE}/`],
    ['a subdomain', 'https://a.app.acme.com'],
    ['none that it would tell', 'null'],
    ['two origins', `${PAGE}, https://evil.example`],
  ])('is refused: %s, and cannot read why', async (_, origin) => {
    const answer = await bootstrap(origin);
    expect(answer).toMatchObject({ status: 403, body: { code: 'origin_not_allowed' } });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(answer.headers.get('vary')).toContain('Origin');
  });

  it('is refused also where it says it is our own', async () => {
    expect(await bootstrap('https://evil.example', { 'sec-fetch-site': 'same-origin' })).toMatchObject({ status: 403 });
  });

  it('is noted for the operator', async () => {
    const refused = async () =>
      Number(/flow_origins_refused_total (\d+)/.exec(await (await fetch(`${world.baseUrl}/metrics`)).text())?.[1] ?? 0);
    const before = await refused();
    await bootstrap('https://evil.example');
    expect(await refused()).toBe(before + 1);
  });
});

describe('a request without an origin', () => {
  it('is refused: nobody knows who sends it', async () => {
    expect(await bootstrap(null)).toMatchObject({ status: 403, body: { code: 'origin_not_allowed' } });
    expect((await bootstrap(null, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  it('is let in from a page of our own, as browsers say it', async () => {
    expect((await bootstrap(null, { 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await bootstrap(own())).status).toBe(200);
  });
});

describe('a page of the session’s origin', () => {
  it('can read every answer, and nothing is kept', async () => {
    const answer = await bootstrap(PAGE);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': PAGE,
      'cache-control': 'no-store',
      vary: 'Origin',
    });
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(answer.headers.get('access-control-expose-headers')).toContain('etag');
  });

  it('can read that its token is not known, or over', async () => {
    const unknown = await pageWith(world, `fst_${'A'.repeat(43)}`)('GET', '/flow/v1/status');
    expect(unknown).toMatchObject({ status: 401, body: { code: 'link_token_invalid' } });
    expect(unknown.headers.get('access-control-allow-origin')).toBe(PAGE);
    world.clock.set(plus(NOW, 5 * HOUR));
    const over = await bootstrap(PAGE);
    expect(over).toMatchObject({ status: 410, body: { code: 'link_token_expired' } });
    expect(over.headers.get('access-control-allow-origin')).toBe(PAGE);
  });

  it.each(['/flow/v1/session', '/flow/v1/configuration', '/flow/v1/actions/pause', '/flow/v1/hosted/exchange'])(
    'may ask before it asks: %s',
    async (path) => {
      const headers = {
        origin: 'https://anybody.example',
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'authorization,if-match',
      };
      const answer = await fetch(`${world.baseUrl}${path}`, { method: 'OPTIONS', headers });
      expect(answer.status).toBe(204);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'access-control-allow-origin': 'https://anybody.example',
        'access-control-allow-methods': 'GET, POST, PUT',
        vary: 'Origin',
      });
      expect(answer.headers.get('access-control-allow-headers')).toContain('idempotency-key');
      expect(await answer.text()).toBe('');
    },
  );

  it('is asked nothing of the kind by the client’s own API', async () => {
    const headers = { origin: PAGE, 'access-control-request-method': 'GET' };
    const answer = await fetch(`${world.baseUrl}/v1/companies`, { method: 'OPTIONS', headers });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('a token', () => {
  it.each([
    ['none', ''],
    ['an API key', 'key'],
    ['one character changed', 'changed'],
    ['a token without algorithm', 'eyJhbGciOiJub25lIn0.eyJjb25uIjoiMSJ9.'],
    ['far too long a text', 'x'.repeat(4000)],
  ])('that is %s opens nothing', async (_, text) => {
    const changed = opened.token.slice(0, -1) + (opened.token.endsWith('A') ? 'B' : 'A');
    const token = { key: acme.apiKey, changed }[text] ?? text;
    const answer = await pageWith(world, token)('GET', '/flow/v1/session');
    expect(answer).toMatchObject({ status: 401, body: { code: 'link_token_invalid' } });
  });

  it('opens nothing of the client’s own API', async () => {
    expect((await pageWith(world, opened.token)('GET', '/v1/companies')).status).toBe(401);
    expect((await pageWith(world, opened.token)('GET', '/admin/v1/clients')).status).toBe(401);
  });

  it('ends at the second it was to end at', async () => {
    world.clock.set(plus(NOW, 30 * MINUTE - 1));
    const before = pageWith(world, opened.token);
    world.clock.set(plus(NOW, 30 * MINUTE));
    expect((await before('GET', '/flow/v1/session')).status).toBe(410);
    world.clock.set(plus(NOW, 30 * MINUTE - SECOND));
    expect((await before('GET', '/flow/v1/session')).status).toBe(200);
  });

  it('lives on while it is used, for four hours at most', async () => {
    for (let at = 0; at < 4 * HOUR; at += 25 * MINUTE) {
      world.clock.set(plus(NOW, at));
      const { status, body } = await bootstrap(PAGE);
      expect(status).toBe(200);
      const end = plus(NOW, Math.min(at + 30 * MINUTE, 4 * HOUR));
      expect(Math.abs(Date.parse(body.session.expiresAt) - end)).toBeLessThanOrEqual(MINUTE);
    }
    world.clock.set(plus(NOW, 4 * HOUR));
    expect((await bootstrap(PAGE)).status).toBe(410);
  });

  it('is dead at once when the client ends the company’s sessions', async () => {
    expect((await bootstrap(PAGE)).status).toBe(200);
    await acme.api('POST', `/v1/companies/${shop.companyId}/flow-sessions/expire-all`);
    expect(await bootstrap(PAGE)).toMatchObject({ status: 410, body: { code: 'link_token_expired' } });
    expect(await exchange({ sessionId: opened.id, code: opened.code })).toMatchObject({ status: 410 });
  });

  it('is held to a number of requests of its own', async () => {
    const left = async ({ page }: OpenedPage) => {
      const { headers } = await page('GET', '/flow/v1/runs');
      expect(headers.get('ratelimit-policy')).toBe('"default";q=200;w=10');
      return Number(/r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]);
    };
    const another = await openPage(world, acme, shop.companyId);
    expect([await left(opened), await left(opened), await left(another)]).toEqual([199, 198, 199]);
  });
});

describe('a link', () => {
  const link = () => ({ sessionId: opened.id, code: opened.code });

  it('is opened once, into a token that takes the place of the first', async () => {
    const answer = await exchange(link());
    expect(answer.status).toBe(200);
    const hosted = pageWith(world, answer.body.token, own());
    expect((await hosted('GET', '/flow/v1/session')).body.session.id).toBe(opened.id);
    expect((await bootstrap(PAGE)).status).toBe(401);
    expect(await exchange(link())).toMatchObject({ status: 410, body: { code: 'link_token_used' } });
  });

  it('of which fifty are opened at once is opened by one', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => exchange(link())));
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    const lost = answers.filter(({ body }) => body.code === 'link_token_used');
    expect(lost).toHaveLength(49);
    expect((await pageWith(world, won[0]?.body.token)('GET', '/flow/v1/session')).status).toBe(200);
  });

  it('waits for a day, to the second, and its token lives from then on', async () => {
    world.clock.set(plus(NOW, DAY));
    expect(await exchange(link())).toMatchObject({ status: 410, body: { code: 'link_token_expired' } });
    world.clock.set(plus(NOW, DAY - SECOND));
    const { status, body } = await exchange(link());
    expect(status).toBe(200);
    expect(Date.parse(body.expiresAt)).toBe(NOW + DAY - SECOND + 30 * MINUTE);
    expect((await pageWith(world, body.token)('GET', '/flow/v1/session')).status).toBe(200);
  });

  it.each([
    ['the code of another session', 401],
    ['an id that is none', 401],
    ['a session that never was', 410],
    ['the token instead of the code', 401],
  ])('is refused: %s', async (what, status) => {
    const another = await openPage(world, acme, shop.companyId);
    const bodies: Record<string, unknown> = {
      'the code of another session': { ...link(), code: another.code },
      'an id that is none': { ...link(), sessionId: 'fs_1' },
      'a session that never was': { ...link(), sessionId: `fs_${'0'.repeat(26)}` },
      'the token instead of the code': { ...link(), code: opened.token },
    };
    expect((await exchange(bodies[what])).status).toBe(status);
    expect((await exchange(link())).status).toBe(200);
  });

  it.each([PAGE, 'null', 'https://evil.example', null])('is not opened by a page of %s', async (origin) => {
    const answer = await exchange(link(), origin);
    expect(answer).toMatchObject({ status: 403, body: { code: 'origin_not_allowed' } });
    expect((await exchange(link())).status).toBe(200);
  });

  it('is not used up by whoever only looks at it', async () => {
    for (const method of ['GET', 'HEAD', 'DELETE'])
      expect((await fetch(`${world.baseUrl}/flow/v1/hosted/exchange`, { method })).status).toBe(405);
    expect((await fetch(`${world.baseUrl}/f/${opened.id}?utm_source=mail`)).status).toBe(200);
    expect((await exchange(link())).status).toBe(200);
  });
});

describe('a session', () => {
  const needs = [
    ['GET', '/flow/v1/status', undefined, ['config:read', 'config:write'], 'status:read'],
    ['GET', '/flow/v1/runs', undefined, ['config:read'], 'status:read'],
    ['GET', '/flow/v1/session', undefined, ['action:pause'], 'config:read'],
    ['POST', '/flow/v1/preview', { configuration: {} }, ['status:read'], 'config:read'],
    ['PUT', '/flow/v1/configuration', { configuration: {}, fingerprint: 'x' }, ['config:read'], 'config:write'],
    ['POST', '/flow/v1/actions/pause', undefined, ['action:sync_now'], 'action:pause'],
    ['POST', '/flow/v1/actions/resume', undefined, ['action:sync_now'], 'action:pause'],
    ['POST', '/flow/v1/actions/sync-now', undefined, ['action:pause'], 'action:sync_now'],
  ] as const;

  it.each(needs)('%s %s needs its scope', async (method, path, body, scopes, requiredScope) => {
    const { page } = await openPage(world, acme, shop.companyId, { scopes });
    expect(await page(method, path, body)).toMatchObject({
      status: 403,
      body: { code: 'insufficient_scope', requiredScope },
    });
  });

  it.each(needs.filter(([method, path]) => method !== 'GET' && path !== '/flow/v1/preview'))(
    'that is read-only may not %s %s',
    async (method, path, body) => {
      const { page } = await openPage(world, acme, shop.companyId, { readOnly: true });
      expect(await page(method, path, body)).toMatchObject({ status: 403, body: { code: 'session_read_only' } });
      expect((await page('GET', '/flow/v1/session')).status).toBe(200);
    },
  );

  it('with the status alone is told no configuration, and with the configuration alone no status', async () => {
    const status = await openPage(world, acme, shop.companyId, { scopes: ['status:read'] });
    expect((await status.page('GET', '/flow/v1/session')).body).toMatchObject({ configuration: null, version: null });
    const config = await openPage(world, acme, shop.companyId, { scopes: ['config:read'] });
    expect((await config.page('GET', '/flow/v1/session')).body).toMatchObject({ status: null });
  });

  it('sees nothing of another company, or of another client', async () => {
    const neighbour = await connectShop(acme, source, { name: 'bravo-9f2c', schedule });
    await openPage(world, acme, neighbour.companyId);
    const seen = await Promise.all(['session', 'status', 'runs'].map((path) => opened.page('GET', `/flow/v1/${path}`)));
    const text = JSON.stringify(seen.map(({ body }) => body));
    for (const foreign of ['bravo-9f2c', ...Object.values(neighbour)]) expect(text).not.toContain(foreign);
    const cursor = (await (await openPage(world, acme, neighbour.companyId)).page('GET', '/flow/v1/runs?limit=1')).body;
    expect(cursor.nextCursor).toBeNull();
  });

  it('takes no name of a company or a sync from the page', async () => {
    const neighbour = await connectShop(acme, source, { schedule });
    const answer = await opened.page('GET', `/flow/v1/status?syncId=${neighbour.syncId}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_parameter' } });
    const body = { configuration: { syncId: neighbour.syncId } };
    expect(await opened.page('POST', '/flow/v1/preview', body)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/configuration/syncId', code: 'unknown_field' }] },
    });
  });

  it('shares no idempotency key with another, nor with the client’s API', async () => {
    const key = { 'idempotency-key': 'the-same-key' };
    const neighbour = await connectShop(acme, source, { schedule });
    const another = await openPage(world, acme, neighbour.companyId);
    await acme.api('POST', '/v1/companies', { name: 'Third' }, key);
    const [mine, theirs] = [
      await opened.page('POST', '/flow/v1/actions/pause', undefined, key),
      await another.page('POST', '/flow/v1/actions/pause', undefined, key),
    ];
    for (const answer of [mine, theirs]) {
      expect(answer).toMatchObject({ status: 200, body: { status: { state: 'paused' } } });
      expect(answer.headers.get('idempotency-replayed')).toBeNull();
    }
    const again = await opened.page('POST', '/flow/v1/actions/pause', undefined, key);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual(mine.body);
  });

  it('ends with what it was for', async () => {
    await acme.api('DELETE', `/v1/connections/${shop.connectionId}`);
    expect((await bootstrap(PAGE)).status).toBe(409);
    const named = await connectShop(acme, source);
    const session = await openPage(world, acme, named.companyId, { connectionId: named.connectionId });
    await acme.api('DELETE', `/v1/connections/${named.connectionId}`);
    expect((await session.page('GET', '/flow/v1/session')).status).toBe(401);
    expect(await exchange({ sessionId: session.id, code: session.code })).toMatchObject({
      status: 410,
      body: { code: 'link_token_expired' },
    });
  });

  it('for what has become two says so', async () => {
    const connection = { platform: 'rest', name: 'Second', settings: source.settings() };
    await acme.api('POST', `/v1/companies/${shop.companyId}/connections`, connection);
    expect(await bootstrap(PAGE)).toMatchObject({ status: 409, body: { code: 'nothing_to_sync' } });
  });
});
