import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HOUR, MINUTE, plus, type Instant } from '../../src/domain/time/instant.js';
import { startDeliveries, type Deliveries, type Policy } from '../support/deliveries.js';
import { eventually } from '../support/eventually.js';
import { query } from '../support/postgres.js';
import { startReceiver, type Receiver } from '../support/receiver.js';

/** Retries at once, twice, and has little patience: what takes days in earnest takes seconds here. */
const hasty: Policy = {
  deadline: 2_000,
  concurrency: 2,
  nextAttemptAt: (attempt: number, now: Instant) => (attempt < 3 ? plus(now, 1) : undefined),
};

/** A port where nothing listens. */
const nowhere = 'http://127.0.0.1:9/hook';

let receiver: Receiver;
let other: Receiver;
let world: Deliveries;

beforeAll(async () => {
  [receiver, other] = await Promise.all([startReceiver(), startReceiver()]);
  world = await startDeliveries({ allow: [receiver.origin, other.origin, new URL(nowhere).origin], policy: hasty });
});
afterAll(async () => {
  await world.close();
  await world.database.drop();
  await Promise.all([receiver.close(), other.close()]);
});

let endpointId: string;
let secret: string;
beforeEach(async () => {
  const made = await world.endpoints.create(world.clientId, { url: receiver.url });
  endpointId = made.endpoint.id;
  secret = made.secret;
});
afterEach(async () => {
  receiver.answer(() => ({ status: 204 }));
  await query(world.database.superuserUrl, 'delete from webhook_endpoint');
});

const requestsOf = (messageId: string, at = receiver) =>
  at.requests.filter((request) => request.headers['webhook-id'] === messageId);

async function deliveryOf(messageId: string) {
  const [delivery] = (await world.message(messageId)).deliveries;
  if (!delivery) throw new Error('The message has no delivery.');
  return delivery;
}

/** What the queue has for the endpoint. */
const jobs = () =>
  query<{ state: string; wait: number }>(
    world.database.superuserUrl,
    `select state::text, extract(epoch from start_after - created_on)::float8 as wait
       from pgboss.job where name = 'deliveries' and singleton_key = $1 order by created_on desc`,
    [endpointId],
  );

describe('a delivered message', () => {
  it('is verified by libraries we did not write, unchanged', async () => {
    const body = JSON.stringify({ type: 'sync.period.completed', data: { name: 'Café “Zoë” 東京 🧾', empty: '' } });
    const messageId = await world.publish({ body });
    await world.settled(messageId);
    const [request] = requestsOf(messageId);
    if (!request) throw new Error('Nothing arrived.');
    const headers = request.headers as Record<string, string>;
    expect(request.body.toString('utf8')).toBe(body);
    expect(new Webhook(secret).verify(request.body, headers)).toEqual(JSON.parse(body));
    expect(() => new SvixWebhook(secret).verify(request.body, headers)).not.toThrow();
    const signed = `${messageId}.${headers['webhook-timestamp']}.${body}`;
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
  });

  it('is one POST of JSON that says who sends it, with the headers the client asked for', async () => {
    const headers = { Authorization: 'Bearer of the receiver', 'X-Tenant': 'acme' };
    const { endpoint } = await world.endpoints.create(world.clientId, { url: other.url, headers });
    const messageId = await world.publish();
    await world.settled(messageId);
    expect(requestsOf(messageId, other)).toMatchObject([
      {
        method: 'POST',
        path: '/hook',
        headers: {
          'content-type': 'application/json',
          'user-agent': expect.stringMatching(/^Meridian\/\d+\.\d+\.\d+$/),
          authorization: 'Bearer of the receiver',
          'x-tenant': 'acme',
        },
      },
    ]);
    const attempts = await world.attempts(messageId);
    const kept = attempts.find((attempt) => attempt.endpointId === endpoint.id)?.requestHeaders;
    expect(kept).toMatchObject({ authorization: '***', 'x-tenant': '***', 'webhook-id': messageId });
  });

  it('is recorded with its attempt', async () => {
    receiver.answer(() => ({ status: 202, body: 'taken' }));
    const messageId = await world.publish();
    await world.settled(messageId);
    expect(await deliveryOf(messageId)).toMatchObject({ endpointId, state: 'delivered', attempts: 1 });
    const [attempt, ...others] = await world.attempts(messageId);
    expect(others).toEqual([]);
    expect(attempt).toMatchObject({
      endpointId,
      attempt: 1,
      url: receiver.url,
      statusCode: 202,
      responseBody: 'taken',
    });
    expect(attempt?.failureCode).toBeUndefined();
    expect(attempt?.duration).toBeLessThan(5_000);
  });

  it('keeps the first 4 kB of a big answer, whatever its bytes', async () => {
    receiver.answer(() => ({ status: 200, body: Buffer.concat([Buffer.from('a\0b'), Buffer.alloc(1_000_000, 'x')]) }));
    const messageId = await world.publish();
    expect((await world.settled(messageId)).deliveries).toMatchObject([{ state: 'delivered' }]);
    const [attempt] = await world.attempts(messageId);
    expect(attempt?.responseBody).toHaveLength(4_096);
    expect(attempt?.responseBody?.slice(0, 5)).toBe('a\ufffdbxx');
  });
});

describe('a message that is not taken', () => {
  it('is sent again under the same id, the same bytes signed anew', async () => {
    receiver.answer(() => (requestsOf(messageId).length < 2 ? { status: 500, body: 'not now' } : { status: 200 }));
    const messageId = await world.publish();
    await world.settled(messageId);
    const [first, second, ...others] = requestsOf(messageId);
    if (!first || !second) throw new Error('It was not sent twice.');
    expect(others).toEqual([]);
    expect(second.body.equals(first.body)).toBe(true);
    expect(() => new Webhook(secret).verify(second.body, second.headers as Record<string, string>)).not.toThrow();
    const attempts = await world.attempts(messageId);
    for (const [index, request] of [second, first].entries()) {
      const seconds = Math.floor(Number(attempts[index]?.attemptedAt) / 1000);
      expect(request.headers['webhook-timestamp']).toBe(String(seconds));
    }
    expect(attempts).toMatchObject([
      { attempt: 2, statusCode: 200 },
      { attempt: 1, statusCode: 500, failureCode: 'delivery_failed', responseBody: 'not now' },
    ]);
    expect(attempts[0]?.nextAttemptAt).toBeUndefined();
    expect(attempts[1]?.nextAttemptAt).toBeDefined();
  });

  it('is failed when its attempts are used up, and listed as such', async () => {
    receiver.answer(() => ({ status: 503 }));
    const messageId = await world.publish();
    await world.settled(messageId);
    expect(requestsOf(messageId)).toHaveLength(3);
    const delivery = await deliveryOf(messageId);
    expect(delivery).toMatchObject({ state: 'failed', attempts: 3 });
    expect(delivery.nextAttemptAt).toBeUndefined();
  });

  it('does not follow a redirect', async () => {
    const before = other.requests.length;
    receiver.answer((nth) => ({ status: nth % 2 ? 302 : 307, headers: { location: other.url } }));
    const messageId = await world.publish();
    await world.settled(messageId);
    expect(await world.attempts(messageId)).toMatchObject([
      { failureCode: 'delivery_failed' },
      { failureCode: 'delivery_failed' },
      { failureCode: 'delivery_failed' },
    ]);
    expect(other.requests).toHaveLength(before);
  });

  it('is given up on at the deadline, and tried again', async () => {
    receiver.answer(() => (requestsOf(messageId).length < 2 ? { status: 200, delay: 10_000 } : { status: 200 }));
    const messageId = await world.publish();
    await world.settled(messageId);
    const attempts = await world.attempts(messageId);
    expect(attempts).toMatchObject([{ statusCode: 200 }, { attempt: 1, failureCode: 'delivery_timeout' }]);
    expect(attempts[1]?.statusCode).toBeUndefined();
    expect(attempts[1]?.duration).toBeGreaterThanOrEqual(1_900);
    expect(attempts[1]?.duration).toBeLessThan(8_000);
  });

  it('says so when nothing listens', async () => {
    await world.endpoints.create(world.clientId, { url: nowhere });
    const messageId = await world.publish();
    await world.settled(messageId);
    const attempts = (await world.attempts(messageId)).filter(({ url }) => url === nowhere);
    expect(attempts).toMatchObject(Array.from({ length: 3 }, () => ({ failureCode: 'delivery_failed' })));
    expect(attempts.every(({ statusCode }) => statusCode === undefined)).toBe(true);
  });

  it('is not sent to an address that is not public, even where the row says so', async () => {
    const moved = `update webhook_endpoint set url = 'https://10.0.0.1/hook' where id = $1`;
    await query(world.database.superuserUrl, moved, [endpointId]);
    const messageId = await world.publish();
    await world.settled(messageId);
    expect((await world.attempts(messageId))[0]).toMatchObject({ failureCode: 'url_not_allowed' });
  });
});

describe('a receiver that asks for patience', () => {
  it('waits as long as Retry-After says, where that is longer than the table', async () => {
    receiver.answer(() => ({ status: 429, headers: { 'retry-after': '3600' } }));
    const messageId = await world.publish();
    const delivery = await eventually(async () => {
      const read = await deliveryOf(messageId);
      return read.attempts === 1 && read;
    });
    const wait = Number(delivery.nextAttemptAt) - Number(delivery.lastAttemptAt);
    expect(wait).toBeGreaterThanOrEqual(HOUR);
    expect(wait).toBeLessThan(HOUR + MINUTE);
    const job = await eventually(async () => (await jobs()).find(({ state }) => state === 'created'));
    expect(job.wait).toBeGreaterThan(3_595);
    expect(job.wait).toBeLessThan(3_660);
  });
});

describe('resending', () => {
  it('sends a delivered message once more, under its id', async () => {
    const messageId = await world.publish();
    await world.settled(messageId);
    const queued = await world.messages.resend(world.clientId, messageId, endpointId);
    expect(queued.deliveries).toMatchObject([{ endpointId, state: 'pending', attempts: 1 }]);
    await world.settled(messageId);
    const [first, second] = requestsOf(messageId);
    expect(first && second?.body.equals(first.body)).toBe(true);
    expect(await deliveryOf(messageId)).toMatchObject({ state: 'delivered', attempts: 2 });
  });

  it('hastens a message that waits, and does not wait for a receiver that asked for patience', async () => {
    receiver.answer(() => ({ status: 503, headers: { 'retry-after': '3600' } }));
    const messageId = await world.publish();
    await eventually(async () => (await deliveryOf(messageId)).attempts === 1);
    receiver.answer(() => ({ status: 204 }));
    await world.messages.resend(world.clientId, messageId, undefined);
    await world.settled(messageId);
    await eventually(async () => (await jobs()).every(({ state }) => state === 'completed'));
    expect(requestsOf(messageId)).toHaveLength(2);
  });

  it('reaches an endpoint that was made after the message', async () => {
    const messageId = await world.publish();
    await world.settled(messageId);
    await world.endpoints.create(world.clientId, { url: other.url });
    await world.messages.resend(world.clientId, messageId, undefined);
    await world.settled(messageId);
    expect(requestsOf(messageId, other)).toHaveLength(1);
  });
});

describe('an endpoint that answers 410', () => {
  it('is disabled, and what was still to come is failed', async () => {
    receiver.answer(() => ({ status: 503, headers: { 'retry-after': '3600' } }));
    const waiting = await world.publish();
    await eventually(async () => (await deliveryOf(waiting)).attempts === 1);
    receiver.answer(() => ({ status: 410 }));
    await query(world.database.superuserUrl, 'update webhook_endpoint set paused_until = null');
    const last = await world.publish();
    await world.settled(last);
    const { endpoint } = await world.endpoints.get(world.clientId, endpointId);
    expect(endpoint.disabledReason).toBe('gone');
    expect(await deliveryOf(last)).toMatchObject({ state: 'failed', attempts: 1 });
    expect(await deliveryOf(waiting)).toMatchObject({ state: 'failed', attempts: 1 });
    const after = await world.publish();
    expect((await world.message(after)).deliveries).toEqual([]);
  });
});

describe('an endpoint that is disabled or deleted while a job waits', () => {
  it('gets nothing more', async () => {
    const { endpoint: deleted } = await world.endpoints.create(world.clientId, { url: other.url });
    for (const one of [receiver, other]) one.answer(() => ({ status: 503, headers: { 'retry-after': '3600' } }));
    const messageId = await world.publish();
    const attempted = ({ attempts }: { attempts: number }) => attempts === 1;
    await eventually(async () => (await world.message(messageId)).deliveries.every(attempted));
    await world.endpoints.update(world.clientId, endpointId, { body: { enabled: false } });
    await world.endpoints.delete(world.clientId, deleted.id);
    await world.hasten();
    await eventually(async () => (await jobs()).every(({ state }) => state === 'completed'));
    expect((await world.message(messageId)).deliveries).toMatchObject([{ endpointId, state: 'failed', attempts: 1 }]);
    expect(requestsOf(messageId)).toHaveLength(1);
    expect(requestsOf(messageId, other)).toHaveLength(1);
    other.answer(() => ({ status: 204 }));
  });
});

describe('a worker that stops after the POST, before it was recorded', () => {
  it('leaves the message to the next, which sends it again under the same id', async () => {
    const slow = await startReceiver();
    const first = await startDeliveries({ allow: [slow.origin], policy: { ...hasty, deadline: 30_000 } });
    const made = await first.endpoints.create(first.clientId, { url: slow.url });
    slow.answer((nth) => (nth === 1 ? { status: 200, delay: 20_000 } : { status: 200 }));
    const messageId = await first.publish();
    await eventually(() => slow.requests.length === 1);
    await first.close();
    const second = await startDeliveries({ allow: [slow.origin], policy: hasty, on: first });
    const settled = await second.settled(messageId);
    expect(settled.deliveries).toMatchObject([{ endpointId: made.endpoint.id, state: 'delivered', attempts: 1 }]);
    expect(slow.requests.map(({ headers }) => headers['webhook-id'])).toEqual([messageId, messageId]);
    await second.close();
    await second.database.drop();
    await slow.close();
  });
});

describe('a receiver that never takes a message', () => {
  it('is tried ten times by the table, then the message is listed as failed', async () => {
    const down = await startReceiver();
    down.answer(() => ({ status: 500 }));
    const patient = await startDeliveries({ allow: [down.origin] });
    await patient.endpoints.create(patient.clientId, { url: down.url });
    const messageId = await patient.publish();
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      await eventually(async () => (await patient.attempts(messageId)).length === attempt);
      await patient.hasten();
    }
    const [delivery] = (await patient.message(messageId)).deliveries;
    expect(delivery).toMatchObject({ state: 'failed', attempts: 10, nextAttemptAt: undefined });
    const attempts = (await patient.attempts(messageId)).toReversed();
    const waits = attempts.map(({ nextAttemptAt, attemptedAt }) => nextAttemptAt && nextAttemptAt - attemptedAt);
    const table = [5_000, 5 * MINUTE, 30 * MINUTE, ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR)];
    for (const [index, wait] of table.entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(wait);
      expect(waits[index]).toBeLessThan(1.2 * wait);
    }
    expect(waits[9]).toBeUndefined();
    expect(new Set(down.requests.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([messageId]));
    await patient.close();
    await patient.database.drop();
    await down.close();
  });
});
