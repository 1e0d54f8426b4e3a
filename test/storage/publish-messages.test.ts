import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newTenant, startDeliveries, type Deliveries } from '../support/deliveries.js';
import { query } from '../support/postgres.js';

const COMPLETED = 'sync.period.completed';

/** Nothing listens there; what is promised to whom is all that counts here. */
const url = 'http://127.0.0.1:9/hook';

let world: Deliveries;
beforeAll(async () => {
  world = await startDeliveries({ allow: ['http://127.0.0.1:9'] });
});
afterAll(async () => {
  await world.close();
  await world.database.drop();
});
beforeEach(() => query(world.database.superuserUrl, 'delete from webhook_endpoint'));

async function receivers(given: Parameters<Deliveries['publish']>[0] = {}) {
  const { deliveries } = await world.message(await world.publish(given));
  return deliveries.map(({ endpointId }) => endpointId);
}

async function endpoint(filters: { eventTypes?: string[]; companyTags?: string[] } = {}) {
  const made = await world.endpoints.create(world.clientId, { url, ...filters });
  return made.endpoint.id;
}

describe('a message is promised', () => {
  it('to every enabled endpoint that has no filters', async () => {
    const [first, second, third] = [await endpoint(), await endpoint(), await endpoint()];
    await world.endpoints.update(world.clientId, third, { body: { enabled: false } });
    expect(await receivers()).toEqual([first, second]);
  });

  it('to those that take its type', async () => {
    const wanted = await endpoint({ eventTypes: [COMPLETED, 'sync.period.failed'] });
    await endpoint({ eventTypes: ['sync.period.failed'] });
    expect(await receivers({ type: COMPLETED })).toEqual([wanted]);
  });

  it('to those that want any of the company’s tags, value and all', async () => {
    const wanted = [
      await endpoint({ companyTags: ['plan:free', 'region:uk'] }),
      await endpoint({ companyTags: ['plan:pro'] }),
    ];
    await endpoint({ companyTags: ['plan:free'] });
    await endpoint({ companyTags: ['region:'] });
    expect(await receivers()).toEqual(wanted);
  });

  it('to no endpoint of another client', async () => {
    const other = await newTenant(world.database);
    await world.endpoints.create(other.clientId, { url });
    expect(await receivers()).toEqual([]);
  });

  it('to nobody, and is kept all the same, where there is no endpoint', async () => {
    const messageId = await world.publish();
    expect(await world.message(messageId)).toMatchObject({ id: messageId, deliveries: [] });
  });
});

describe('a period', () => {
  it('is announced as completed once', async () => {
    const period = { periodId: 'per_1' };
    await world.publish({ ...period, type: 'sync.period.completed.initial' });
    await expect(world.publish({ ...period, type: COMPLETED })).rejects.toThrow(/one_completed_message_per_period/);
  });

  it('may fail first', async () => {
    const period = { periodId: 'per_2' };
    await world.publish({ ...period, type: 'sync.period.failed' });
    await expect(world.publish({ ...period, type: COMPLETED })).resolves.toMatch(/^msg_/);
  });
});

describe('a sequence', () => {
  it('is used once', async () => {
    const place = { syncId: 'syn_1', sequence: 7 };
    await world.publish(place);
    await expect(world.publish(place)).rejects.toThrow(/one_message_per_sequence/);
  });
});

describe('a body', () => {
  it('is kept to the byte, and stays under 20 kB', async () => {
    const body = JSON.stringify({ text: '\u0000 Zoë 東京 🧾 \u2028 "quoted" \\', big: 'x'.repeat(20_000) });
    expect((await world.message(await world.publish({ body }))).body).toBe(body);
    await expect(world.publish({ body: 'x'.repeat(20_480) })).rejects.toThrow(/body_under_20_kb/);
  });
});

describe('a settlement that is undone', () => {
  it('leaves neither message nor job', async () => {
    await endpoint();
    const now = await world.messages.get(world.clientId, await world.publish());
    const undone = world.db.asDispatcher(async ({ outbox, jobs }) => {
      const message = { ...now, clientId: world.clientId, id: 'msg_undone', sequence: 9_999, periodId: undefined };
      await jobs.enqueueDeliveries(await outbox.publish([message], now.createdAt));
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    const left = await query(
      world.database.superuserUrl,
      `select id from webhook_message where id = 'msg_undone'
       union all select id::text from pgboss.job where data->>'messageId' = 'msg_undone'`,
    );
    expect(left).toEqual([]);
  });
});

describe('the dispatcher', () => {
  it.each(['secrets', 'url'])('cannot read the %s of an endpoint', async (column) => {
    const read = query(
      world.database.superuserUrl,
      `set role meridian_dispatcher; select ${column} from webhook_endpoint`,
    );
    await expect(read).rejects.toThrow(/permission denied/);
  });
});
