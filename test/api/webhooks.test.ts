import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { instantOf } from '../../src/domain/time/instant.js';
import { makeId } from '../../src/platform/new-id.js';
import type { NewMessage } from '../../src/ports/webhooks.js';
import { announce as announceTo, type Announced } from '../support/announce.js';
import { query } from '../support/postgres.js';
import { startWorld, type Api, type TestClient, type World } from '../support/world.js';

const url = 'https://app.acme.example/hooks/meridian';
const secretOf = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;

let world: World;
let client: TestClient;
let api: Api;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  client = await world.newClient();
  api = client.api;
});

const create = async (body: object = {}) => (await api('POST', '/v1/webhook-endpoints', { url, ...body })).body;

const announce = (given: Partial<NewMessage> = {}): Promise<Announced> => announceTo(world, client, given);

/** What the workers of another process would have recorded. */
async function attempted(message: Announced, endpointId: string, times: number): Promise<void> {
  await query(
    world.database.superuserUrl,
    `insert into webhook_attempt (client_id, message_id, endpoint_id, attempt, attempted_at, url, request_headers,
                                  status_code, response_body, failure_code, duration_ms)
     select $1, $2, $3, n, timestamptz '2022-07-13T23:03:11Z' + make_interval(secs => n / 2), $4, '{"x-tenant": "***"}',
            503, 'not now', 'delivery_failed', 12
       from generate_series(1, $5::int) n`,
    [client.clientId, message.id, endpointId, url, times],
  );
}

describe('creating a webhook endpoint', () => {
  it('answers it with its secret, and only then', async () => {
    const made = await api('POST', '/v1/webhook-endpoints', { url });
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(`/v1/webhook-endpoints/${made.body.id}`);
    expect(made.headers.get('etag')).toBe('"1"');
    const { secret, ...endpoint } = made.body;
    expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(32);
    expect(endpoint).toMatchObject({ url, description: null, eventTypes: [], companyTags: [], headerNames: [] });
    expect(endpoint).toMatchObject({ rateLimit: null, enabled: true, disabledReason: null });
    expect(endpoint).toMatchObject({
      failingSince: null,
      lastSuccessAt: null,
      pausedUntil: null,
      oldSecretUntil: null,
    });
    const read = await api('GET', `/v1/webhook-endpoints/${made.body.id}`);
    expect(read.body).toEqual(endpoint);
  });

  it('takes filters, headers, a rate limit and a secret of one’s own', async () => {
    const settings = {
      description: 'Production',
      eventTypes: ['sync.period.completed', 'sync.period.failed'],
      companyTags: ['plan:pro', 'region:'],
      rateLimit: 20,
    };
    const secret = secretOf(24);
    const made = await create({ ...settings, secret, headers: { 'x-tenant': 'acme', Authorization: 'Bearer abc' } });
    expect(made).toMatchObject({ ...settings, secret, headerNames: ['x-tenant', 'Authorization'] });
  });

  it('keeps the secret and the header values encrypted', async () => {
    const secret = secretOf(32);
    await create({ secret, headers: { authorization: 'Bearer abc' } });
    const rows = await query(world.database.superuserUrl, 'select * from webhook_endpoint where client_id = $1', [
      client.clientId,
    ]);
    const everything = rows
      .flatMap((row) => Object.values(row))
      .map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : String(value)));
    expect(everything.join()).not.toContain('Bearer');
    expect(everything.join()).not.toContain(secret.slice('whsec_'.length));
  });

  it.each([
    ['no url', { url: undefined }, '/url', 'required'],
    ['a url without https', { url: 'http://app.acme.example/' }, '/url', 'url_not_allowed'],
    ['a private address', { url: 'https://10.0.0.1/' }, '/url', 'url_not_allowed'],
    ['no url at all', { url: 'nonsense' }, '/url', 'invalid_url'],
    ['an unknown event type', { eventTypes: ['sync.period.started'] }, '/eventTypes', 'unsupported_value'],
    ['a type twice', { eventTypes: ['sync.period.failed', 'sync.period.failed'] }, '/eventTypes', 'duplicate_value'],
    ['event types that are no list', { eventTypes: 'sync.period.failed' }, '/eventTypes', 'invalid_type'],
    ['a tag without a key', { companyTags: ['pro'] }, '/companyTags', 'invalid_format'],
    ['a tag with a NUL', { companyTags: ['plan:\0'] }, '/companyTags', 'invalid_characters'],
    ['eleven tags', { companyTags: Array.from({ length: 11 }, (_, n) => `a:${n}`) }, '/companyTags', 'too_many_items'],
    ['a header of ours', { headers: { 'webhook-id': 'x' } }, '/headers/webhook-id', 'header_not_allowed'],
    ['a header with a line break', { headers: { 'x-a': 'b\r\nhost: c' } }, '/headers/x-a', 'invalid_characters'],
    ['headers that are a list', { headers: ['x-a'] }, '/headers', 'invalid_type'],
    ['a rate limit of nothing', { rateLimit: 0 }, '/rateLimit', 'out_of_range'],
    ['a rate limit as text', { rateLimit: '20' }, '/rateLimit', 'invalid_type'],
    ['a secret that is no base64', { secret: 'whsec_secret' }, '/secret', 'invalid_format'],
    ['a secret too long', { secret: secretOf(65) }, '/secret', 'too_long'],
    ['something unknown', { colour: 'red' }, '/colour', 'unknown_field'],
  ])('refuses %s', async (_, change, pointer, code) => {
    const answer = await api('POST', '/v1/webhook-endpoints', { url, ...change });
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed', errors: [{ pointer, code }] } });
    expect((await api('GET', '/v1/webhook-endpoints')).body.data).toEqual([]);
  });

  it('refuses W16, a secret of one byte, by a code of its own', async () => {
    const answer = await api('POST', '/v1/webhook-endpoints', { url, secret: 'whsec_AA==' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'secret_too_short', errors: [{ pointer: '/secret' }] } });
  });

  it('stops at fifty, even when asked at once', async () => {
    const answers = await Promise.all(Array.from({ length: 55 }, () => api('POST', '/v1/webhook-endpoints', { url })));
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(5);
    for (const answer of refused)
      expect(answer).toMatchObject({ status: 409, body: { code: 'endpoint_limit_reached' } });
  });
});

describe('listing webhook endpoints', () => {
  it('goes page by page, oldest first, without secrets', async () => {
    const ids = [(await create()).id, (await create()).id, (await create()).id];
    const first = await api('GET', '/v1/webhook-endpoints?limit=2');
    const second = await api('GET', `/v1/webhook-endpoints?limit=2&cursor=${first.body.nextCursor}`);
    expect([...first.body.data, ...second.body.data].map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(second.body.nextCursor).toBeNull();
    expect(JSON.stringify(first.body)).not.toContain('whsec_');
  });

  it('refuses a cursor of another client', async () => {
    await create();
    await create();
    const { nextCursor } = (await api('GET', '/v1/webhook-endpoints?limit=1')).body;
    const other = await world.newClient();
    const answer = await other.api('GET', `/v1/webhook-endpoints?cursor=${nextCursor}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } });
  });
});

describe('changing a webhook endpoint', () => {
  it('writes what is given and leaves the rest', async () => {
    const { id } = await create({ description: 'old', headers: { 'x-a': '1' }, rateLimit: 5 });
    const moved = 'https://other.acme.example/';
    const change = { url: moved, description: null, eventTypes: ['sync.period.failed'] };
    const answer = await api('PATCH', `/v1/webhook-endpoints/${id}`, change);
    expect(answer).toMatchObject({ status: 200, body: { ...change, headerNames: ['x-a'], rateLimit: 5 } });
    expect(answer.headers.get('etag')).toBe('"2"');
    expect((await api('GET', `/v1/webhook-endpoints/${id}`)).body).toEqual(answer.body);
  });

  it('replaces the headers as a whole, and keeps the secret', async () => {
    const { id } = await create({ headers: { 'x-a': '1' } });
    const answer = await api('PATCH', `/v1/webhook-endpoints/${id}`, { headers: { 'x-b': '2' } });
    expect(answer.body.headerNames).toEqual(['x-b']);
    expect((await api('PATCH', `/v1/webhook-endpoints/${id}`, { headers: {} })).body.headerNames).toEqual([]);
  });

  it('disables and enables', async () => {
    const { id } = await create();
    const off = await api('PATCH', `/v1/webhook-endpoints/${id}`, { enabled: false });
    expect(off.body).toMatchObject({ enabled: false, disabledReason: 'manual' });
    const on = await api('PATCH', `/v1/webhook-endpoints/${id}`, { enabled: true });
    expect(on.body).toMatchObject({ enabled: true, disabledReason: null });
  });

  it('refuses a version that is not the current one', async () => {
    const { id } = await create();
    const path = `/v1/webhook-endpoints/${id}`;
    expect((await api('PATCH', path, { rateLimit: 1 }, { 'if-match': '"1"' })).status).toBe(200);
    const stale = await api('PATCH', path, { rateLimit: 2 }, { 'if-match': '"1"' });
    expect(stale).toMatchObject({ status: 412, body: { code: 'precondition_failed' } });
    expect((await api('GET', path)).body.rateLimit).toBe(1);
  });

  it.each([
    [{ url: null }, '/url', 'invalid_type'],
    [{ url: 'https://localhost/' }, '/url', 'url_not_allowed'],
    [{ enabled: 'yes' }, '/enabled', 'invalid_type'],
    [{ secret: secretOf(32) }, '/secret', 'unknown_field'],
  ])('refuses %j', async (change, pointer, code) => {
    const { id } = await create();
    const answer = await api('PATCH', `/v1/webhook-endpoints/${id}`, change);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer, code }] } });
  });
});

describe('deleting a webhook endpoint', () => {
  it('is for good', async () => {
    const { id } = await create();
    expect((await api('DELETE', `/v1/webhook-endpoints/${id}`)).status).toBe(204);
    expect((await api('GET', `/v1/webhook-endpoints/${id}`)).status).toBe(404);
    expect((await api('DELETE', `/v1/webhook-endpoints/${id}`)).status).toBe(404);
  });
});

describe('an id that is unknown, foreign or malformed', () => {
  it.each([
    ['GET', '/v1/webhook-endpoints/:id', undefined],
    ['PATCH', '/v1/webhook-endpoints/:id', {}],
    ['DELETE', '/v1/webhook-endpoints/:id', undefined],
    ['POST', '/v1/webhook-endpoints/:id/rotate-secret', undefined],
    ['POST', '/v1/webhook-endpoints/:id/test', undefined],
    ['POST', '/v1/webhook-endpoints/:id/recover', { since: '2022-07-13T00:00:00Z' }],
    ['POST', '/v1/webhook-endpoints/:id/replay', { since: '2022-07-13T00:00:00Z' }],
    ['GET', '/v1/webhook-messages/:id', undefined],
    ['GET', '/v1/webhook-messages/:id/attempts', undefined],
    ['POST', '/v1/webhook-messages/:id/resend', undefined],
  ])('is 404 at %s %s', async (method, path, body) => {
    const prefix = path.includes('messages') ? 'msg' : 'whe';
    const own = prefix === 'msg' ? (await announce()).id : (await create()).id;
    const other = await world.newClient();
    for (const id of [own, makeId(prefix, instantOf(0)), `${prefix}_nonsense`, '%00']) {
      const answer = await other.api(method, path.replace(':id', id), body);
      expect([id, answer.status]).toEqual([id, 404]);
    }
  });
});

describe('webhook messages', () => {
  it('are listed newest first, with their deliveries', async () => {
    const { id: endpointId } = await create();
    const [first, second] = [await announce(), await announce()];
    const { body } = await api('GET', '/v1/webhook-messages');
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual([second.id, first.id]);
    const { companyId, connectionId, syncId, runId, type } = second;
    expect(body.data[0]).toMatchObject({ companyId, connectionId, syncId, runId, type, sequence: second.sequence });
    expect(body.data[0].deliveries).toMatchObject([{ endpointId, state: 'pending', attempts: 0, lastAttemptAt: null }]);
    expect(body.data[0].payload).toBeUndefined();
  });

  it('are found by type, company and sync', async () => {
    const completed = await announce();
    const failed = await announce({ type: 'sync.period.failed' });
    const ids = async (filter: string) =>
      (await api('GET', `/v1/webhook-messages?${filter}`)).body.data.map(({ id }: { id: string }) => id);
    expect(await ids('type=sync.period.failed')).toEqual([failed.id]);
    expect(await ids(`companyId=${completed.companyId}`)).toEqual([completed.id]);
    expect(await ids(`syncId=${failed.syncId}`)).toEqual([failed.id]);
    expect(await ids(`syncId=${failed.syncId}&type=sync.period.completed`)).toEqual([]);
  });

  it('are found by endpoint, and by the state of their deliveries to it or to any', async () => {
    const [one, other] = [await create(), await create({ eventTypes: ['sync.period.failed'] })];
    const [completed, failed] = [await announce(), await announce({ type: 'sync.period.failed' })];
    const settle = (message: Announced, endpointId: string, state: string) =>
      query(
        world.database.superuserUrl,
        `update webhook_delivery set state = $3, next_attempt_at = null where message_id = $1 and endpoint_id = $2`,
        [message.id, endpointId, state],
      );
    await settle(completed, one.id, 'delivered');
    await settle(failed, one.id, 'failed');
    const ids = async (filter: string) =>
      (await api('GET', `/v1/webhook-messages?${filter}`)).body.data.map(({ id }: { id: string }) => id);
    expect(await ids(`endpointId=${one.id}`)).toEqual([failed.id, completed.id]);
    expect(await ids(`endpointId=${other.id}`)).toEqual([failed.id]);
    expect(await ids('state=delivered')).toEqual([completed.id]);
    expect(await ids('state=failed')).toEqual([failed.id]);
    expect(await ids('state=pending')).toEqual([failed.id]);
    expect(await ids(`state=pending&endpointId=${one.id}`)).toEqual([]);
    expect(await ids(`state=pending&endpointId=${other.id}&type=sync.period.failed`)).toEqual([failed.id]);
  });

  it('are found by when they were made: from one instant on, and before another', async () => {
    const [first, second] = [await announce(), await announce()];
    const at = async (message: Announced) =>
      (await api('GET', `/v1/webhook-messages/${message.id}`)).body.createdAt as string;
    const [early, late] = [await at(first), await at(second)];
    expect(Date.parse(late)).toBeGreaterThan(Date.parse(early));
    const ids = async (filter: string) =>
      (await api('GET', `/v1/webhook-messages?${filter}`)).body.data.map(({ id }: { id: string }) => id);
    expect(await ids(`since=${late}`)).toEqual([second.id]);
    expect(await ids(`until=${late}`)).toEqual([first.id]);
    expect(await ids(`since=${early}&until=${late}`)).toEqual([first.id]);
    expect(await ids(`since=${early.replace('Z', '+00:00')}`)).toEqual([second.id, first.id]);
  });

  it.each(['state=lost', 'since=yesterday', 'until=2022-02-30T00:00:00Z', 'since=1969-12-31T23:59:59Z'])(
    'refuse %s',
    async (filter) => {
      const answer = await api('GET', `/v1/webhook-messages?${filter}`);
      const [parameter] = filter.split('=');
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_parameter', parameter } });
    },
  );

  it('refuse a type that does not exist, and a cursor of another filter', async () => {
    await announce();
    await announce();
    const type = await api('GET', '/v1/webhook-messages?type=nonsense');
    expect(type).toMatchObject({ status: 400, body: { code: 'invalid_parameter', parameter: 'type' } });
    const { nextCursor } = (await api('GET', '/v1/webhook-messages?limit=1')).body;
    const mixed = await api('GET', `/v1/webhook-messages?type=sync.period.failed&cursor=${nextCursor}`);
    expect(mixed).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } });
    const next = await api('GET', `/v1/webhook-messages?limit=1&cursor=${nextCursor}`);
    expect(next.body).toMatchObject({ data: [{}], nextCursor: null });
  });

  it('show their payload one by one', async () => {
    const message = await announce();
    const { status, body } = await api('GET', `/v1/webhook-messages/${message.id}`);
    expect(status).toBe(200);
    expect(body.payload).toEqual(JSON.parse(message.body));
  });
});

describe('the attempts of a message', () => {
  it('go page by page, newest first', async () => {
    const { id: endpointId } = await create();
    const message = await announce();
    await attempted(message, endpointId, 5);
    const path = `/v1/webhook-messages/${message.id}/attempts?limit=2`;
    const numbers: number[] = [];
    for (let cursor = ''; ;) {
      const { body } = await api('GET', path + cursor);
      numbers.push(...body.data.map(({ attempt }: { attempt: number }) => attempt));
      if (body.nextCursor === null) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(numbers).toEqual([5, 4, 3, 2, 1]);
    const [attempt] = (await api('GET', path)).body.data;
    expect(attempt).toMatchObject({ endpointId, url, outcome: 'failed', statusCode: 503, responseBody: 'not now' });
    expect(attempt).toMatchObject({ requestHeaders: { 'x-tenant': '***' }, failureCode: 'delivery_failed' });
  });
});

describe('resending a message', () => {
  it('queues it for every enabled endpoint that subscribes to it', async () => {
    const message = await announce();
    const [all, failures, off] = [await create(), await create({ eventTypes: ['sync.period.failed'] }), await create()];
    await api('PATCH', `/v1/webhook-endpoints/${off.id}`, { enabled: false });
    const answer = await api('POST', `/v1/webhook-messages/${message.id}/resend`);
    expect(answer).toMatchObject({ status: 202, body: { id: message.id } });
    expect(answer.body.deliveries).toMatchObject([{ endpointId: all.id, state: 'pending' }]);
    const one = await api('POST', `/v1/webhook-messages/${message.id}/resend`, { endpointId: failures.id });
    expect(one.body.deliveries).toMatchObject([{ endpointId: all.id }, { endpointId: failures.id, state: 'pending' }]);
    const jobs = await query(
      world.database.superuserUrl,
      `select singleton_key as id from pgboss.job where data->>'clientId' = $1 order by 1`,
      [client.clientId],
    );
    expect(jobs).toEqual([{ id: all.id }, { id: failures.id }]);
  });

  it('refuses an endpoint that is disabled, unknown or another client’s', async () => {
    const message = await announce();
    const path = `/v1/webhook-messages/${message.id}/resend`;
    const { id } = await create();
    await api('PATCH', `/v1/webhook-endpoints/${id}`, { enabled: false });
    expect(await api('POST', path, { endpointId: id })).toMatchObject({
      status: 409,
      body: { code: 'endpoint_disabled' },
    });
    const other = await world.newClient();
    const foreign = (await other.api('POST', '/v1/webhook-endpoints', { url })).body.id;
    for (const endpointId of [foreign, 'nonsense', '\0']) {
      const answer = await api('POST', path, { endpointId });
      const errors = [{ pointer: '/endpointId', code: 'unknown_reference' }];
      expect(answer).toMatchObject({ status: 422, body: { errors } });
    }
  });

  it.each([
    [[], '', 'invalid_type'],
    [{ endpointId: 1 }, '/endpointId', 'invalid_type'],
    [{ endpoint: 'whe_1' }, '/endpoint', 'unknown_field'],
  ])('refuses the body %j', async (body, pointer, code) => {
    const message = await announce();
    const answer = await api('POST', `/v1/webhook-messages/${message.id}/resend`, body);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer, code }] } });
  });
});
