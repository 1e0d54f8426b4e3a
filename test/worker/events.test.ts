import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { announcedTypes } from '../../src/webhooks/event-types.js';
import { schemaProblems } from '../support/contract.js';
import { eventually } from '../support/eventually.js';
import { query } from '../support/postgres.js';
import { DAILY_IN_LONDON } from '../support/schedules.js';
import { connectShop, type ShopOfACompany } from '../support/shop-of-a-company.js';
import { Source } from '../support/source.js';
import { startWorld, type Answer, type TestClient, type World } from '../support/world.js';

let source: Source;
let world: World;
let client: TestClient;
let shop: ShopOfACompany;
const seen = new Set<string>();

beforeAll(async () => {
  source = await Source.start();
  world = await startWorld({ roles: 'api,dispatcher,worker', outboundAllow: [source.origin] });
});
afterAll(async () => {
  await world.close();
  await source.close();
});
beforeEach(async () => {
  world.clock.runFrom(instant('2022-07-13T15:00:00Z'));
  client = await world.newClient();
  source.rows.length = 0;
  source.failures.length = 0;
  source.rows.push({ id: 'o1', updatedAt: '2022-05-02T10:00:00.000Z' });
  shop = await connectShop(client, source, { schedule: DAILY_IN_LONDON });
});

/** Waits for a message of a type; its payload fits the contract. */
async function told(type: string): Promise<Answer['body']> {
  const found = await eventually(
    async () => (await client.api('GET', `/v1/webhook-messages?type=${type}`)).body.data[0],
    { what: `a message ${type}` },
  );
  const { body } = await client.api('GET', `/v1/webhook-messages/${found.id}`);
  expect(schemaProblems(['components', 'schemas', 'SyncEvent'], body.payload)).toEqual([]);
  seen.add(type);
  return body.payload.data;
}

const run = (body: Record<string, unknown>) => client.api('POST', `/v1/syncs/${shop.syncId}/runs`, body);
const numbers = async () => {
  const { body } = await client.api('GET', `/v1/webhook-messages?syncId=${shop.syncId}`);
  return body.data.flatMap(({ sequence }: { sequence: number | null }) => sequence ?? []).toReversed();
};
/** So that one more failed due date makes it `count`. */
const failedBefore = (count: number) =>
  query(world.database.superuserUrl, 'update sync set consecutive_failures = $2 where id = $1', [
    shop.syncId,
    count - 1,
  ]);
/** Goes on to the due date, and to the run date that the load of the other tests' syncs leaves. */
async function nextDueDate(dueDate = '2022-07-13T23:00:00.000Z'): Promise<void> {
  world.clock.runFrom(instant(dueDate));
  const runDate = await eventually(
    async () => {
      const { nextPeriod } = (await client.api('GET', `/v1/syncs/${shop.syncId}`)).body;
      return nextPeriod?.dueDate === dueDate ? (nextPeriod.runDate ?? false) : dueDate;
    },
    { what: 'a run date' },
  );
  world.clock.runFrom(instant(runDate));
}
const refusals = (status: number) => source.failures.push(...Array.from({ length: 12 }, () => status));

describe('a client is told', () => {
  it('of a schedule, and of each change of it', async () => {
    expect(await told('schedule.updated')).toMatchObject({
      sequence: 1,
      enabled: true,
      schedule: { timeZone: 'Europe/London' },
      next: { dueDate: '2022-07-13T23:00:00.000Z', runDate: null },
    });
    const put = () =>
      client.api('PUT', `/v1/syncs/${shop.syncId}/schedule`, { ...DAILY_IN_LONDON, timeZone: 'Asia/Tokyo' });
    await put();
    await put();
    expect(await numbers()).toEqual([1, 2]);
  });

  it('of a run that fills no period, and where to read what it has changed', async () => {
    await run({ type: 'full' });
    expect(await told('sync.run.completed')).toMatchObject({
      trigger: 'full',
      range: { start: null },
      statusCode: 2000,
    });
    const { cursor, records } = await told('records.changed');
    expect(records.orders.created).toBe(1);
    const { body } = await client.api('GET', `/v1/connections/${shop.connectionId}/records?cursor=${cursor}`);
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual(['o1']);
    expect(await numbers()).toEqual([1, 2, 3]);
  });

  it('of one that read nothing new, without a word of changes', async () => {
    await run({ type: 'full' });
    await told('sync.run.completed');
    source.rows.push({ id: 'o2', updatedAt: '2022-05-03T10:00:00.000Z' });
    await run({ type: 'full' });
    const changes = await eventually(
      async () => {
        const { body } = await client.api('GET', '/v1/webhook-messages?type=records.changed');
        return body.data.length === 2 && body.data;
      },
      { what: 'a second change' },
    );
    const { body } = await client.api('GET', `/v1/webhook-messages/${changes[0].id}`);
    const feed = `/v1/connections/${shop.connectionId}/records?cursor=${body.payload.data.cursor}`;
    expect((await client.api('GET', feed)).body.data.map(({ id }: { id: string }) => id)).toEqual(['o2']);
    await run({ type: 'full' });
    await eventually(async () => (await numbers()).length === 6, { what: 'the end of the third run' });
    expect((await client.api('GET', '/v1/webhook-messages?type=records.changed')).body.data).toHaveLength(2);
  });

  it('of a run that failed', async () => {
    refusals(404);
    await run({ type: 'full' });
    expect(await told('sync.run.failed')).toMatchObject({ statusCode: 4000, errorMessage: expect.any(String) });
  });

  it('of a run that was aborted, beside the period it filled', async () => {
    source.hold(0);
    const { body } = await run({ type: 'latest' });
    await client.api('POST', `/v1/runs/${body.id}/abort`, {});
    expect(await told('sync.run.aborted')).toMatchObject({ runId: body.id, errorMessage: 'Sync aborted' });
    expect(await told('sync.period.failed')).toMatchObject({ runId: body.id });
    source.release();
  });

  it.each([7, 24])('as a warning, of the failed due date number %i in a row', async (count) => {
    await failedBefore(count);
    refusals(404);
    await nextDueDate();
    expect(await told('sync.disable_warning')).toMatchObject({ consecutiveFailures: count, disableAfter: 31 });
    const { body } = await client.api('GET', `/v1/syncs/${shop.syncId}`);
    expect(body.state).toBe('active');
  });

  it('of a sync that was disabled after too many of them', async () => {
    await failedBefore(31);
    refusals(404);
    await nextDueDate();
    expect(await told('sync.disabled')).toMatchObject({
      state: 'disabled',
      reason: 'consecutive_failures',
      consecutiveFailures: 31,
      watermark: null,
    });
  });

  it('of a sync that somebody disabled, once', async () => {
    const disable = () => client.api('PATCH', `/v1/syncs/${shop.syncId}`, { enabled: false });
    await disable();
    await disable();
    expect(await told('sync.disabled')).toMatchObject({ reason: 'manual', errorMessage: null });
    expect(await numbers()).toEqual([1, 2]);
  });

  it('of a connection that was unlinked, once, and of its sync when it comes to nothing', async () => {
    const unlink = () => client.api('POST', `/v1/connections/${shop.connectionId}/unlink`, {});
    await unlink();
    await unlink();
    expect(await told('connection.unlinked')).toMatchObject({ connectionId: shop.connectionId, state: 'unlinked' });
    await nextDueDate();
    expect(await told('sync.disabled')).toMatchObject({ state: 'suspended', reason: 'connection_unlinked' });
    expect((await client.api('GET', '/v1/webhook-messages?type=connection.unlinked')).body.data).toHaveLength(1);
  });

  it('of a connection that its source turned away', async () => {
    refusals(401);
    await nextDueDate();
    expect(await told('connection.unlinked')).toMatchObject({ platform: 'rest', state: 'deauthorized' });
    expect(await told('sync.disabled')).toMatchObject({ state: 'suspended', reason: 'connection_deauthorized' });
  });

  it('of periods', async () => {
    await nextDueDate();
    expect(await told('sync.period.completed.initial')).toMatchObject({ isInitial: true });
    await nextDueDate('2022-07-14T23:00:00.000Z');
    expect(await told('sync.period.completed')).toMatchObject({ isInitial: false });
  });
});

it('is what this file shows of every type, save two that have tests of their own', () => {
  const elsewhere = ['sync.period.late', 'webhook.endpoint.disabled'];
  expect([...seen, ...elsewhere].toSorted((a, b) => a.localeCompare(b))).toEqual(
    announcedTypes.toSorted((a, b) => a.localeCompare(b)),
  );
});
