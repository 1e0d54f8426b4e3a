import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, instantOf, plus } from '../../src/domain/time/instant.js';
import { announce } from '../support/announce.js';
import { query } from '../support/postgres.js';
import { startReceiver, type Receiver } from '../support/receiver.js';
import { startWorld, type Api, type TestClient, type World } from '../support/world.js';

const secretOf = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;

/** A port where nothing listens. */
const nowhere = 'http://127.0.0.1:9/hook';

let receiver: Receiver;
let world: World;
let client: TestClient;
let api: Api;
let endpoint: { readonly id: string; readonly secret: string };
let path: string;
beforeAll(async () => {
  receiver = await startReceiver();
  // No worker: what is sent is sent by the request itself, and the rest stays as it was made.
  world = await startWorld({ outboundAllow: [receiver.origin, new URL(nowhere).origin] });
});
afterAll(async () => {
  await world.close();
  await receiver.close();
});
beforeEach(async () => {
  client = await world.newClient();
  api = client.api;
  endpoint = (await api('POST', '/v1/webhook-endpoints', { url: receiver.url })).body;
  path = `/v1/webhook-endpoints/${endpoint.id}`;
});
afterEach(() => {
  world.clock.runFrom(instantOf(Date.now()));
  receiver.answer(() => ({ status: 204 }));
});

const now = () => world.clock.now();
const sql = (text: string, values: unknown[] = []) => query(world.database.superuserUrl, text, values);

function lastRequest() {
  const request = receiver.requests.at(-1);
  if (!request) throw new Error('Nothing arrived.');
  return { body: request.body, headers: request.headers as Record<string, string> };
}

/** Which of the secrets signed the last request, in the order of the signatures. */
function signers(secrets: readonly string[]): readonly number[] {
  const { headers, body } = lastRequest();
  const at = new Date(Number(headers['webhook-timestamp']) * 1000);
  const id = String(headers['webhook-id']);
  const known = secrets.map((secret) => new Webhook(secret).sign(id, at, body.toString()));
  return String(headers['webhook-signature'])
    .split(' ')
    .map((signature) => known.indexOf(signature));
}

describe('rotating a secret', () => {
  it('shows a new one, once, and raises the version', async () => {
    const answer = await api('POST', `${path}/rotate-secret`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).toBe('"2"');
    const { secret, ...shown } = answer.body;
    expect(secret).not.toBe(endpoint.secret);
    expect((await api('GET', path)).body).toEqual(shown);
    expect(Date.parse(shown.oldSecretUntil) - Date.now()).toBeGreaterThan(DAY - HOUR);
  });

  it('has both sign for 24 hours, the newest first, and then only the new one', async () => {
    await api('POST', `${path}/test`);
    expect(signers([endpoint.secret])).toEqual([0]);
    const { secret } = (await api('POST', `${path}/rotate-secret`)).body;
    const rotatedAt = await now();
    await api('POST', `${path}/test`);
    expect(signers([secret, endpoint.secret])).toEqual([0, 1]);
    const { headers, body } = lastRequest();
    for (const one of [secret, endpoint.secret]) expect(() => new Webhook(one).verify(body, headers)).not.toThrow();
    world.clock.runFrom(plus(rotatedAt, DAY - HOUR));
    await api('POST', `${path}/test`);
    expect(signers([secret, endpoint.secret])).toEqual([0, 1]);
    world.clock.runFrom(plus(rotatedAt, DAY));
    await api('POST', `${path}/test`);
    expect(signers([secret, endpoint.secret])).toEqual([0]);
    expect((await api('GET', path)).body.oldSecretUntil).toBeNull();
  });

  it('takes a secret and an overlap of one’s own', async () => {
    const secret = secretOf(64);
    const { body } = await api('POST', `${path}/rotate-secret`, { secret, overlap: 'PT1H' });
    expect(body.secret).toBe(secret);
    expect(Date.parse(body.oldSecretUntil) - Date.now()).toBeLessThanOrEqual(HOUR);
  });

  it('is refused while the secret before still signs: its receivers were promised that time', async () => {
    const first = (await api('POST', `${path}/rotate-secret`)).body.secret;
    const again = await api('POST', `${path}/rotate-secret`, { overlap: 'P1D' });
    expect(again).toMatchObject({ status: 409, body: { code: 'rotation_active' } });
    await api('POST', `${path}/test`);
    expect(signers([first, endpoint.secret])).toEqual([0, 1]);
    world.clock.runFrom(plus(await now(), DAY));
    expect((await api('POST', `${path}/rotate-secret`)).status).toBe(200);
  });

  it('ends all old ones at once without an overlap, for when one has leaked', async () => {
    await api('POST', `${path}/rotate-secret`);
    const { secret, oldSecretUntil } = (await api('POST', `${path}/rotate-secret`, { overlap: 'PT0S' })).body;
    expect(oldSecretUntil).toBeNull();
    await api('POST', `${path}/test`);
    expect(signers([secret])).toEqual([0]);
  });

  it('happens once for one Idempotency-Key, and the answer is the same', async () => {
    const key = { 'idempotency-key': 'rotate-once' };
    const first = await api('POST', `${path}/rotate-secret`, {}, key);
    const second = await api('POST', `${path}/rotate-secret`, {}, key);
    expect(second.body).toEqual(first.body);
    expect((await api('GET', path)).headers.get('etag')).toBe('"2"');
  });

  it('keeps the headers', async () => {
    const made = await api('POST', '/v1/webhook-endpoints', { url: receiver.url, headers: { 'x-tenant': 'acme' } });
    await api('POST', `/v1/webhook-endpoints/${made.body.id}/rotate-secret`);
    await api('POST', `/v1/webhook-endpoints/${made.body.id}/test`);
    expect(receiver.requests.at(-1)?.headers['x-tenant']).toBe('acme');
  });

  it.each([
    [{ secret: 'whsec_secret' }, '/secret', 'invalid_format'],
    [{ secret: 7 }, '/secret', 'invalid_type'],
    [{ secret: secretOf(65) }, '/secret', 'too_long'],
    [{ overlap: 'a day' }, '/overlap', 'invalid_duration'],
    [{ overlap: 'P8D' }, '/overlap', 'out_of_range'],
    [{ overlap: 'P1M' }, '/overlap', 'out_of_range'],
    [{ overlap: '-PT1H' }, '/overlap', 'out_of_range'],
    [{ overlap: null }, '/overlap', 'invalid_type'],
    [{ force: 'yes' }, '/force', 'unknown_field'],
    [[], '', 'invalid_type'],
  ])('refuses %j', async (body, pointer, code) => {
    const answer = await api('POST', `${path}/rotate-secret`, body);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer, code }] } });
    expect((await api('GET', path)).headers.get('etag')).toBe('"1"');
  });

  it('refuses a secret of one byte by a code of its own', async () => {
    const answer = await api('POST', `${path}/rotate-secret`, { secret: 'whsec_AA==' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'secret_too_short' } });
  });
});

describe('testing an endpoint', () => {
  it('sends it a signed message of its own and tells what came of it', async () => {
    receiver.answer(() => ({ status: 202, body: 'hello' }));
    const { status, body } = await api('POST', `${path}/test`);
    expect(status).toBe(200);
    const request = lastRequest();
    expect(body.message).toMatchObject({ type: 'webhook.test', companyId: null, sequence: null });
    expect(body.message.deliveries).toMatchObject([{ endpointId: endpoint.id, state: 'delivered', attempts: 1 }]);
    expect(body.attempt).toMatchObject({ outcome: 'delivered', statusCode: 202, responseBody: 'hello', attempt: 1 });
    expect(request.headers['webhook-id']).toBe(body.message.id);
    const verified = new Webhook(endpoint.secret).verify(request.body, request.headers);
    expect(verified).toMatchObject({ type: 'webhook.test', data: { endpointId: endpoint.id } });
    const read = await api('GET', `/v1/webhook-messages/${body.message.id}`);
    expect(read.body.payload).toEqual(verified);
    expect((await api('GET', `/v1/webhook-messages/${body.message.id}/attempts`)).body.data).toEqual([body.attempt]);
  });

  it('goes to no other endpoint, whatever this one subscribes to', async () => {
    await api('POST', '/v1/webhook-endpoints', { url: receiver.url });
    await api('PATCH', path, { eventTypes: ['sync.period.failed'], companyTags: ['plan:pro'] });
    const before = receiver.requests.length;
    const { body } = await api('POST', `${path}/test`);
    expect(receiver.requests).toHaveLength(before + 1);
    expect(body.message.deliveries).toMatchObject([{ endpointId: endpoint.id }]);
    expect((await api('GET', '/v1/webhook-messages?type=webhook.test')).body.data).toHaveLength(1);
  });

  it('is made once: a refusal is told, not tried again, and does not count', async () => {
    receiver.answer(() => ({ status: 410, body: 'go away' }));
    const { status, body } = await api('POST', `${path}/test`);
    expect(status).toBe(200);
    expect(body.attempt).toMatchObject({ outcome: 'failed', statusCode: 410, nextAttemptAt: null });
    expect(body.message.deliveries).toMatchObject([{ state: 'failed', attempts: 1, nextAttemptAt: null }]);
    expect((await api('GET', path)).body).toMatchObject({ enabled: true, failingSince: null });
  });

  it('works while the endpoint is disabled, so that it can be tried before', async () => {
    await api('PATCH', path, { enabled: false });
    expect((await api('POST', `${path}/test`)).body.attempt).toMatchObject({ outcome: 'delivered' });
    expect((await api('GET', path)).body.enabled).toBe(false);
  });

  it('tells when nothing listens', async () => {
    await api('PATCH', path, { url: nowhere });
    const { body } = await api('POST', `${path}/test`);
    expect(body.attempt).toMatchObject({ outcome: 'failed', statusCode: null, failureCode: 'delivery_failed' });
  });

  it('is no event to subscribe to, and is left out where everything is sent again', async () => {
    const answer = await api('PATCH', path, { eventTypes: ['webhook.test'] });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ code: 'unsupported_value' }] } });
    const { body } = await api('POST', `${path}/test`);
    const again = await api('POST', `${path}/replay`, { since: '2022-07-13T00:00:00Z' });
    expect(again.body).toEqual({ messages: 0 });
    expect((await api('POST', `/v1/webhook-messages/${body.message.id}/resend`)).body.deliveries).toMatchObject([
      { state: 'delivered' },
    ]);
  });
});

const LONG_AGO = '2022-07-13T00:00:00Z';
const statesAt = async (endpointId: string) =>
  (await sql(
    `select message_id as id, state, attempts, round_start as "roundStart" from webhook_delivery
               where endpoint_id = $1 order by message_id`,
    [endpointId],
  )) as {
    id: string;
    state: string;
    attempts: number;
    roundStart: number;
  }[];
const madeAt = async (id: string) => (await api('GET', `/v1/webhook-messages/${id}`)).body.createdAt as string;
const settle = (state: string, attempts = 10) =>
  sql(`update webhook_delivery set state = $2, next_attempt_at = null, attempts = $3 where endpoint_id = $1`, [
    endpoint.id,
    state,
    attempts,
  ]);

describe('recovering what failed', () => {
  it('makes failed deliveries of messages since a moment pending, each for a new round of attempts', async () => {
    const before = await announce(world, client);
    const [failed, delivered] = [await announce(world, client), await announce(world, client)];
    await settle('failed');
    await sql(`update webhook_delivery set state = 'delivered' where message_id = $1`, [delivered.id]);
    const answer = await api('POST', `${path}/recover`, { since: await madeAt(failed.id) });
    expect(answer).toMatchObject({ status: 202, body: { messages: 1 } });
    expect(await statesAt(endpoint.id)).toEqual([
      { id: before.id, state: 'failed', attempts: 10, roundStart: 0 },
      { id: failed.id, state: 'pending', attempts: 10, roundStart: 10 },
      { id: delivered.id, state: 'delivered', attempts: 10, roundStart: 0 },
    ]);
  });

  it('leaves other endpoints alone, and finds nothing twice', async () => {
    const other = (await api('POST', '/v1/webhook-endpoints', { url: receiver.url })).body;
    await announce(world, client);
    await sql(`update webhook_delivery set state = 'failed', next_attempt_at = null`);
    expect((await api('POST', `${path}/recover`, { since: LONG_AGO })).body).toEqual({ messages: 1 });
    expect((await api('POST', `${path}/recover`, { since: LONG_AGO })).body).toEqual({ messages: 0 });
    expect(await statesAt(other.id)).toMatchObject([{ state: 'failed' }]);
  });
});

describe('replaying everything', () => {
  it('promises what the endpoint subscribes to, older messages too, and nothing twice', async () => {
    const [first, second] = [await announce(world, client), await announce(world, client)];
    await announce(world, client, { type: 'sync.period.failed' });
    const body = { url: receiver.url, eventTypes: ['sync.period.completed'] };
    const late = (await api('POST', '/v1/webhook-endpoints', body)).body;
    const replay = () => api('POST', `/v1/webhook-endpoints/${late.id}/replay`, { since: LONG_AGO });
    expect(await replay()).toMatchObject({ status: 202, body: { messages: 2 } });
    expect(await replay()).toMatchObject({ status: 202, body: { messages: 2 } });
    const states = await statesAt(late.id);
    expect(states).toMatchObject([
      { id: first.id, state: 'pending' },
      { id: second.id, state: 'pending' },
    ]);
  });

  it('ends before until', async () => {
    await announce(world, client);
    const second = await announce(world, client);
    await settle('delivered', 1);
    const until = await madeAt(second.id);
    expect((await api('POST', `${path}/replay`, { since: LONG_AGO, until })).body).toEqual({ messages: 1 });
    expect((await statesAt(endpoint.id)).map(({ state }) => state)).toEqual(['pending', 'delivered']);
  });
});

describe('sending again', () => {
  it.each(['recover', 'replay'])('by %s is refused while the endpoint is disabled', async (action) => {
    await api('PATCH', path, { enabled: false });
    const answer = await api('POST', `${path}/${action}`, { since: LONG_AGO });
    expect(answer).toMatchObject({ status: 409, body: { code: 'endpoint_disabled' } });
  });

  it.each(['recover', 'replay'])('by %s does not wait for the end of a pause', async (action) => {
    await announce(world, client);
    await settle('failed');
    await sql(`update webhook_endpoint set paused_until = now() + interval '1 hour' where id = $1`, [endpoint.id]);
    expect((await api('GET', path)).body.pausedUntil).not.toBeNull();
    await api('POST', `${path}/${action}`, { since: LONG_AGO });
    expect((await api('GET', path)).body.pausedUntil).toBeNull();
  });

  it.each([
    ['recover', {}, '/since', 'required'],
    ['recover', { since: 'yesterday' }, '/since', 'invalid_date'],
    ['recover', { since: 5 }, '/since', 'invalid_type'],
    ['recover', { since: LONG_AGO, until: LONG_AGO }, '/until', 'unknown_field'],
    ['replay', { since: LONG_AGO, until: 'soon' }, '/until', 'invalid_date'],
    ['replay', { since: LONG_AGO, until: LONG_AGO }, '/until', 'invalid_range'],
  ])('by %s refuses %j', async (action, body, pointer, code) => {
    const answer = await api('POST', `${path}/${action}`, body);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer, code }] } });
  });
});

describe('an endpoint that is given another chance', () => {
  it.each([{ enabled: true }, { url: 'https://elsewhere.example/' }])('by %j starts afresh', async (change) => {
    await sql(
      `update webhook_endpoint set failing_since = now() - interval '6 days', disabled_reason = 'failing',
              paused_until = now() + interval '1 hour' where id = $1`,
      [endpoint.id],
    );
    expect((await api('GET', path)).body.failingSince).not.toBeNull();
    const { body } = await api('PATCH', path, change);
    expect(body).toMatchObject({ failingSince: null, pausedUntil: null });
  });
});
