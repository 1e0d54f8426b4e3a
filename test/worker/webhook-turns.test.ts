import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DAY, HOUR, plus, SECOND, type Instant } from '../../src/domain/time/instant.js';
import { newTenant, startDeliveries, type Deliveries, type Policy } from '../support/deliveries.js';
import { eventually } from '../support/eventually.js';
import { query } from '../support/postgres.js';
import { startReceiver, type Receiver } from '../support/receiver.js';

/** Retries at once, twice; slow receivers are waited for as long as in earnest. */
const hasty: Policy = {
  nextAttemptAt: (attempt: number, now: Instant) => (attempt < 3 ? plus(now, 1) : undefined),
};

let receiver: Receiver;
let other: Receiver;
/** Never answers. */
let stalling: Receiver;
let world: Deliveries;
beforeAll(async () => {
  [receiver, other, stalling] = await Promise.all([startReceiver(), startReceiver(), startReceiver()]);
  stalling.answer(() => ({ status: 200, delay: 60_000 }));
  world = await startDeliveries({ allow: [receiver.origin, other.origin, stalling.origin], policy: hasty });
});
afterAll(async () => {
  await world.close();
  await world.database.drop();
  await Promise.all([receiver.close(), other.close(), stalling.close()]);
});
afterEach(async () => {
  for (const one of [receiver, other]) one.answer(() => ({ status: 204 }));
  await sql('delete from webhook_endpoint');
  await sql('delete from webhook_message');
});

const sql = (text: string, values: unknown[] = []) => query(world.database.superuserUrl, text, values);
const create = async (url: string, settings: object = {}, clientId = world.clientId) =>
  (await world.endpoints.create(clientId, { url, ...settings })).endpoint;
const endpointOf = async (id: string) => (await world.endpoints.get(world.clientId, id)).endpoint;
const idsAt = (at: Receiver) => at.requests.map(({ headers }) => headers['webhook-id'] as string);
const arrivedAt = (at: Receiver, ids: readonly string[]) => {
  const arrived = new Set(idsAt(at));
  return ids.every((id) => arrived.has(id));
};

describe('an endpoint that stalls', () => {
  it('delays no other one’s messages, however many wait for it', async () => {
    await create(stalling.url);
    await world.publishMany(500);
    await eventually(() => stalling.requests.length >= 8);
    await create(other.url);
    const started = performance.now();
    const ids = await world.publishMany(20);
    await eventually(() => arrivedAt(other, ids));
    expect(performance.now() - started).toBeLessThan(8_000);
  });

  it('delays none even where it is one of fifty, of several clients', async () => {
    const tenants = await Promise.all([newTenant(world.database), newTenant(world.database)]);
    for (const { clientId } of tenants)
      for (let n = 0; n < 25; n += 1) await create(`${stalling.url}/${clientId}/${n}`, {}, clientId);
    const before = stalling.requests.length;
    for (const tenant of tenants) for (let n = 0; n < 5; n += 1) await world.publish(tenant);
    await eventually(() => stalling.requests.length >= before + 50);
    await create(other.url);
    const started = performance.now();
    const id = await world.publish();
    await eventually(() => arrivedAt(other, [id]));
    expect(performance.now() - started).toBeLessThan(8_000);
  });

  it('with some of its answers gets its other messages all the same', async () => {
    const stalled = new Set<string>();
    receiver.answer((nth) => {
      const id = idsAt(receiver)[nth - 1] ?? '';
      const isSlow = stalled.has(id) || stalled.size < 2;
      if (isSlow) stalled.add(id);
      return { status: 200, delay: isSlow ? 60_000 : 0 };
    });
    await create(receiver.url);
    const ids = await world.publishMany(30);
    await eventually(async () => (await world.states())['delivered'] === 28);
    const late = await world.publish();
    const started = performance.now();
    await eventually(() => arrivedAt(receiver, [...ids, late]));
    expect(performance.now() - started).toBeLessThan(6_000);
  });
});

describe('an endpoint that fails', () => {
  it('gets one request at a time, until it takes one', async () => {
    let [underWay, most] = [0, 0];
    receiver.answer(() => {
      underWay += 1;
      most = Math.max(most, underWay);
      setTimeout(() => (underWay -= 1), 20).unref();
      return { status: 500, delay: 20 };
    });
    const { id } = await create(receiver.url);
    await sql(`update webhook_endpoint set failing_since = now() where id = $1`, [id]);
    const ids = await world.publishMany(5);
    await eventually(async () => (await world.states())['failed'] === 5);
    expect(most).toBe(1);
    expect(idsAt(receiver).filter((one) => ids.includes(one))).toHaveLength(15);
  });
});

describe('an endpoint that is changed while its messages are on their way', () => {
  /** A turn of 200 messages at five a second: longer than this test waits. */
  const slowly = async () => {
    const { id } = await create(receiver.url, { rateLimit: 5 });
    const before = receiver.requests.length;
    const ids = await world.publishMany(200);
    await eventually(() => receiver.requests.length > before + 1);
    return { id, ids };
  };

  const turnsOver = () =>
    eventually(async () => (await sql(`select 1 from pgboss.job where state < 'completed'`)).length === 0);

  it('gets no more of them within seconds of being disabled', async () => {
    const { id } = await slowly();
    await world.endpoints.update(world.clientId, id, { body: { enabled: false } });
    await eventually(async () => {
      const { pending = 0, failed = 0 } = await world.states();
      return pending === 0 && failed > 150;
    });
    const sent = receiver.requests.length;
    await turnsOver();
    // Two seconds of them, not the rest of the turn's thirty.
    expect(receiver.requests.length - sent).toBeLessThan(20);
  });

  it('gets the rest where it says it is now', async () => {
    const { id } = await slowly();
    await world.endpoints.update(world.clientId, id, { body: { url: other.url } });
    await eventually(() => other.requests.length > 0, { timeout: 6_000 });
    await world.endpoints.delete(world.clientId, id);
    await turnsOver();
  });
});

describe('an answer in an encoding that nobody asked for', () => {
  it('is an answer: its status counts', async () => {
    receiver.answer(() => ({ status: 200, headers: { 'content-encoding': 'zstd' }, body: 'ok' }));
    await create(receiver.url);
    expect((await world.settled(await world.publish())).deliveries).toMatchObject([{ state: 'delivered' }]);
  });
});

describe('an endpoint that asks for patience', () => {
  it.each([
    ['429', { status: 429 }, 5 * SECOND],
    ['504', { status: 504 }, 5 * SECOND],
    ['503 with Retry-After', { status: 503, headers: { 'retry-after': '3600' } }, HOUR],
  ])('by %s gets none of its messages until then', async (_, answer, pause) => {
    const { id } = await create(receiver.url);
    receiver.answer(() => answer);
    const before = receiver.requests.length;
    const first = await world.publish();
    await eventually(async () => (await world.attempts(first)).length === 1);
    const { pausedUntil } = await endpointOf(id);
    const [attempt] = await world.attempts(first);
    const wait = Number(pausedUntil) - Number(attempt?.attemptedAt);
    expect(wait).toBeGreaterThanOrEqual(pause);
    expect(wait).toBeLessThan(pause + 3 * SECOND);
    receiver.answer(() => ({ status: 204 }));
    const others = await world.publishMany(10);
    // Their turn has come and gone: what is left is the one for the end of the pause.
    const waits = `select state::text, start_after > now() as later from pgboss.job
                    where name = 'deliveries' and singleton_key = $1 and state < 'completed'`;
    const isPutOff = (jobs: { state?: string; later?: boolean }[]) => jobs.length === 1 && jobs[0]?.later === true;
    await eventually(async () => isPutOff(await sql(waits, [id])));
    expect(receiver.requests).toHaveLength(before + 1);
    await world.hasten();
    await eventually(async () => (await world.states())['delivered'] === 11);
    expect(arrivedAt(receiver, others)).toBe(true);
  });
});

describe('a rate limit', () => {
  it('is obeyed over all processes', async () => {
    const second = await startDeliveries({ allow: [receiver.origin], policy: hasty, on: world });
    try {
      await create(receiver.url, { rateLimit: 20 });
      const before = receiver.requests.length;
      // Many turns, so that both processes have theirs.
      const ids: string[] = [];
      for (let n = 0; n < 10; n += 1) ids.push(...(await world.publishMany(6)));
      await eventually(() => arrivedAt(receiver, ids));
      const times = receiver.requests.slice(before).map(({ at }) => at);
      expect(times).toHaveLength(60);
      const most = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length));
      // 50 ms apart when they are sent; on the way one may be late, and the next not.
      expect(most).toBeLessThanOrEqual(21);
      expect(Number(times.at(-1)) - Number(times[0])).toBeLessThan(8_000);
    } finally {
      await second.close();
    }
  });

  it('holds nobody else up', async () => {
    await create(receiver.url, { rateLimit: 1 });
    await create(other.url);
    const ids = await world.publishMany(50);
    const started = performance.now();
    await eventually(() => arrivedAt(other, ids));
    expect(performance.now() - started).toBeLessThan(8_000);
    expect((await world.states())['pending']).toBeGreaterThan(40);
  });
});

describe('an endpoint that fails for days', () => {
  const failingSince = async (id: string, since: string, last: string) =>
    sql(
      `update webhook_endpoint set failing_since = now() - $2::interval, last_failure_at = now() - $3::interval
        where id = $1`,
      [id, since, last],
    );

  it('is disabled after five without any success, and the others are told', async () => {
    const [dead, alive] = [await create(receiver.url), await create(other.url, { companyTags: ['plan:none'] })];
    receiver.answer(() => ({ status: 500 }));
    await failingSince(dead.id, '5 days', '1 day');
    await world.publish();
    const disabled = await eventually(async () => {
      const read = await endpointOf(dead.id);
      return read.disabledReason !== undefined && read;
    });
    expect(disabled).toMatchObject({ disabledReason: 'failing', version: 2 });
    const told = await eventually(() => other.requests.find(({ body }) => body.includes('webhook.endpoint.disabled')));
    expect(JSON.parse(told.body.toString())).toMatchObject({
      type: 'webhook.endpoint.disabled',
      data: { endpointId: dead.id, url: dead.url, reason: 'failing', failingSince: expect.stringMatching(/Z$/) },
    });
    const { data } = await world.messages.list(world.clientId, { type: 'webhook.endpoint.disabled' }, { limit: 10 });
    expect(data).toMatchObject([{ deliveries: [{ endpointId: alive.id }] }]);
  });

  it('is told of by 410 too', async () => {
    const [gone] = [await create(receiver.url), await create(other.url)];
    receiver.answer(() => ({ status: 410 }));
    await world.publish();
    const told = await eventually(() =>
      other.requests.find(({ body }) => body.includes('endpoint.disabled') && body.includes(gone.id)),
    );
    expect(JSON.parse(told.body.toString()).data).toMatchObject({ endpointId: gone.id, reason: 'gone' });
  });

  it('is not yet disabled a little before', async () => {
    const { id } = await create(receiver.url);
    receiver.answer(() => ({ status: 500 }));
    await failingSince(id, '4 days 23 hours', '1 day');
    await world.publish();
    await eventually(async () => (await world.states())['failed'] === 1);
    const { disabledReason, failingSince: since = 0 } = await endpointOf(id);
    expect(disabledReason).toBeUndefined();
    expect(Date.now() - since).toBeGreaterThan(4 * DAY);
  });

  it('is forgiven everything by one success', async () => {
    const { id } = await create(receiver.url);
    await failingSince(id, '6 days', '1 day');
    await world.publish();
    await eventually(async () => (await world.states())['delivered'] === 1);
    const { disabledReason, failingSince: since, lastSuccessAt = 0 } = await endpointOf(id);
    expect([disabledReason, since]).toEqual([undefined, undefined]);
    expect(Date.now() - lastSuccessAt).toBeLessThan(60_000);
  });

  it('is not disabled where nothing was tried for days: two failures a month apart are no series', async () => {
    const { id } = await create(receiver.url);
    receiver.answer(() => ({ status: 500 }));
    await failingSince(id, '30 days', '27 days');
    await world.publish();
    await eventually(async () => (await world.states())['failed'] === 1);
    const { disabledReason, failingSince: since = 0 } = await endpointOf(id);
    expect(disabledReason).toBeUndefined();
    expect(Date.now() - since).toBeLessThan(60_000);
  });
});

describe('messages that are sent again', () => {
  it('by recovering have a new round of attempts, and arrive in their order', async () => {
    const { id } = await create(receiver.url);
    receiver.answer(() => ({ status: 500 }));
    const ids = await world.publishMany(20);
    await eventually(async () => (await world.states())['failed'] === 20);
    // One at a time, as after a failure, so that the order is that of the messages.
    const before = receiver.requests.length;
    receiver.answer((nth) => ({ status: nth === before + 1 ? 500 : 204 }));
    await sql(`update webhook_endpoint set failing_since = now()`);
    const since = (await world.message(ids[0] ?? '')).createdAt;
    expect(await world.again.execute('recover', { clientId: world.clientId, endpointId: id }, { since })).toBe(20);
    await eventually(async () => (await world.states())['delivered'] === 20);
    expect(idsAt(receiver)[before]).toBe(ids[0]);
    expect((await world.message(ids[0] ?? '')).deliveries).toMatchObject([{ attempts: 5, state: 'delivered' }]);
  });

  it('by replaying keep their ids and their bytes', async () => {
    const { id } = await create(receiver.url);
    const ids = await world.publishMany(30);
    await eventually(async () => (await world.states())['delivered'] === 30);
    const since = (await world.message(ids[0] ?? '')).createdAt;
    expect(await world.again.execute('replay', { clientId: world.clientId, endpointId: id }, { since })).toBe(30);
    const sent = () => receiver.requests.filter(({ headers }) => ids.includes(String(headers['webhook-id'])));
    await eventually(() => sent().length === 60);
    for (const one of ids) {
      const bodies = sent().filter(({ headers }) => headers['webhook-id'] === one);
      expect(bodies.map(({ body }) => body.toString())).toEqual(Array(2).fill(bodies[0]?.body.toString()));
    }
  });
});

describe('what is left over', () => {
  it('is sent even where its job was lost', async () => {
    const { id } = await create(receiver.url);
    receiver.answer(() => ({ status: 503, headers: { 'retry-after': '3600' } }));
    const messageId = await world.publish();
    await eventually(async () => (await world.attempts(messageId)).length === 1);
    const jobs = () =>
      sql(`select from pgboss.job where name = 'deliveries' and state = 'created' and singleton_key = $1`, [id]);
    await eventually(async () => (await jobs()).length === 1);
    receiver.answer(() => ({ status: 204 }));
    await sql(`delete from pgboss.job where name = 'deliveries' and state = 'created'`);
    await sql(`update webhook_endpoint set paused_until = now() - interval '3 minutes'`);
    await world.upkeep.wake();
    expect(await jobs()).toEqual([]);
    await sql(`update webhook_delivery set next_attempt_at = now() - interval '3 minutes' where state = 'pending'`);
    await world.upkeep.wake();
    await world.settled(messageId);
    await world.upkeep.wake();
    expect(await jobs()).toEqual([]);
  });

  it('is forgotten after thirty days, batch by batch, save what is still to be sent', async () => {
    await create(receiver.url);
    const ids = await world.publishMany(2_500);
    await eventually(async () => (await world.states())['delivered'] === 2_500, { timeout: 60_000 });
    const [pending = '', kept = ''] = ids;
    await sql(`update webhook_message set created_at = now() - interval '30 days 1 hour' where id <> $1`, [kept]);
    await sql(`update webhook_message set created_at = now() - interval '29 days 23 hours' where id = $1`, [kept]);
    await sql(
      `update webhook_delivery set state = 'pending', next_attempt_at = now() + interval '1 day'
                where message_id = $1`,
      [pending],
    );
    await world.upkeep.forget(new AbortController().signal);
    const left = await sql('select id from webhook_message order by id');
    expect(left).toEqual([{ id: pending }, { id: kept }]);
    expect(await sql('select from webhook_delivery')).toHaveLength(2);
    expect(await sql('select from webhook_attempt')).toHaveLength(2);
  });
});
