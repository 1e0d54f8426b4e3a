import { PgBoss } from 'pg-boss';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { instant, toIso } from '../../src/domain/time/instant.js';
import { eventually } from '../support/eventually.js';
import { query } from '../support/postgres.js';
import { connectShop, type ShopOfACompany } from '../support/shop-of-a-company.js';
import { Source } from '../support/source.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

let source: Source;
let world: World;
let client: TestClient;

beforeAll(async () => {
  source = await Source.start();
  world = await startWorld({ roles: 'api,dispatcher,worker', outboundAllow: [source.origin] });
});
afterAll(async () => {
  await world.close();
  await source.close();
});

const golden = { selectedFrequency: 'Daily', startDate: '2022-05-01', syncHour: 0, timeZone: 'Europe/London' };

/** The ledger of a sync, oldest first, without what was superseded. */
async function ledger(syncId: string): Promise<{ status: string; start: string; dueDate: string }[]> {
  const { body } = await client.api('GET', `/v1/syncs/${syncId}/periods`);
  return body.data
    .filter((period: { status: string }) => period.status !== 'superseded')
    .map(({ status, start, dueDate }: Record<string, string>) => ({ status, start, dueDate }))
    .toReversed();
}

const settled = (syncId: string, count: number) =>
  eventually(
    async () => {
      const periods = await ledger(syncId);
      return periods.filter(({ status }) => status === 'succeeded' || status === 'failed').length >= count && periods;
    },
    { what: `${count} settled periods` },
  );

describe('a scheduled sync', () => {
  let shop: ShopOfACompany;

  beforeEach(async () => {
    world.clock.runFrom(instant('2022-07-13T15:00:00Z'));
    client = await world.newClient();
    source.rows.length = 0;
    source.rows.push(
      { id: 'o1', updatedAt: '2022-05-02T10:00:00.000Z', total: 1 },
      { id: 'o2', updatedAt: '2022-07-13T22:59:59.999Z', total: 2 },
      { id: 'o3', updatedAt: '2022-07-13T23:00:00.000Z', total: 3 },
    );
    shop = await connectShop(client, source, { schedule: golden });
  });

  it('covers the start date to the first due date, then the day after it, as in the guide', async () => {
    expect(await ledger(shop.syncId)).toEqual([
      { status: 'planned', start: '2022-04-30T23:00:00.000Z', dueDate: '2022-07-13T23:00:00.000Z' },
    ]);
    world.clock.runFrom(instant('2022-07-13T23:30:00Z'));
    expect(await settled(shop.syncId, 1)).toMatchObject([
      { status: 'succeeded', start: '2022-04-30T23:00:00.000Z', dueDate: '2022-07-13T23:00:00.000Z' },
      { start: '2022-07-13T23:00:00.000Z', dueDate: '2022-07-14T23:00:00.000Z' },
    ]);
    // Half-open: what was edited at the due date itself belongs to the next period.
    const { body } = await client.api('GET', `/v1/connections/${shop.connectionId}/records`);
    expect(body.data.map((record: { id: string }) => record.id)).toEqual(['o1', 'o2']);
    world.clock.runFrom(instant('2022-07-14T23:30:00Z'));
    await settled(shop.syncId, 2);
    const later = await client.api('GET', `/v1/connections/${shop.connectionId}/records`);
    expect(later.body.data.map((record: { id: string }) => record.id)).toEqual(['o1', 'o2', 'o3']);
  });

  it('merges a failed due date into the next period', async () => {
    world.clock.runFrom(instant('2022-07-13T23:30:00Z'));
    await settled(shop.syncId, 1);
    source.failures.push(422);
    world.clock.runFrom(instant('2022-07-14T23:30:00Z'));
    await eventually(async () => (await ledger(shop.syncId)).some(({ status }) => status === 'failed'), {
      what: 'a failed period',
    });
    const { body } = await client.api('GET', `/v1/syncs/${shop.syncId}`);
    expect(body.watermark).toBe('2022-07-13T23:00:00.000Z');
    world.clock.runFrom(instant('2022-07-15T23:30:00Z'));
    const periods = await eventually(
      async () => {
        const all = await ledger(shop.syncId);
        return all.filter(({ status }) => status === 'succeeded').length === 2 && all;
      },
      { what: 'the next due date' },
    );
    expect(periods).toMatchObject([
      { status: 'succeeded', dueDate: '2022-07-13T23:00:00.000Z' },
      { status: 'failed', start: '2022-07-13T23:00:00.000Z', dueDate: '2022-07-14T23:00:00.000Z' },
      { status: 'succeeded', start: '2022-07-13T23:00:00.000Z', dueDate: '2022-07-15T23:00:00.000Z' },
      { status: 'planned', start: '2022-07-15T23:00:00.000Z' },
    ]);
  });

  it('collapses the due dates missed in an outage into one period, and says how many there were', async () => {
    world.clock.runFrom(instant('2022-07-13T23:30:00Z'));
    await settled(shop.syncId, 1);
    world.clock.runFrom(instant('2022-07-20T12:00:00Z'));
    const periods = await settled(shop.syncId, 3);
    expect(periods.slice(0, 3)).toMatchObject([
      { status: 'succeeded', dueDate: '2022-07-13T23:00:00.000Z' },
      // Planned before the outage; due dates of open periods do not move.
      { status: 'succeeded', start: '2022-07-13T23:00:00.000Z', dueDate: '2022-07-14T23:00:00.000Z' },
      { status: 'succeeded', start: '2022-07-14T23:00:00.000Z', dueDate: '2022-07-19T23:00:00.000Z' },
    ]);
    const { body } = await client.api('GET', `/v1/syncs/${shop.syncId}/coverage`);
    expect(body).toMatchObject({ gaps: [], overlaps: [] });
  });

  it('waits for the end of the client’s quiet hours, and covers the same period', async () => {
    const quietHours = { startHour: 22, endHour: 6, timeZone: 'Etc/UTC' };
    expect((await client.api('PATCH', '/v1/client', { quietHours })).status).toBe(200);
    world.clock.runFrom(instant('2022-07-13T23:30:00Z'));
    const period = await eventually(
      async () => {
        const { body } = await client.api('GET', `/v1/syncs/${shop.syncId}`);
        return body.nextPeriod.runDate !== null && body.nextPeriod;
      },
      { what: 'a run date' },
    );
    expect(period).toMatchObject({
      status: 'assigned',
      dueDate: '2022-07-13T23:00:00.000Z',
      runDate: '2022-07-14T06:00:00.000Z',
      runDateReason: 'quiet_hours',
    });
    world.clock.runFrom(instant('2022-07-14T06:00:00Z'));
    expect(await settled(shop.syncId, 1)).toMatchObject([
      { status: 'succeeded', dueDate: '2022-07-13T23:00:00.000Z' },
      {},
    ]);
  });

  it('moves the chain by a latest run, and no due date', async () => {
    const asked = await client.api('POST', `/v1/syncs/${shop.syncId}/runs`, {
      type: 'latest',
      syncTo: '2022-07-13T14:00:00Z',
    });
    expect(asked.status).toBe(201);
    const periods = await settled(shop.syncId, 1);
    expect(periods).toMatchObject([
      { status: 'succeeded', start: '2022-04-30T23:00:00.000Z', dueDate: '2022-07-13T14:00:00.000Z' },
      { status: 'planned', start: '2022-07-13T14:00:00.000Z', dueDate: '2022-07-13T23:00:00.000Z' },
    ]);
  });

  it('announces each settled period once, in the transaction that settles it', async () => {
    const endpoint = await client.api('POST', '/v1/webhook-endpoints', { url: 'https://example.com/hook' });
    expect(endpoint.status).toBe(201);
    world.clock.runFrom(instant('2022-07-13T23:30:00Z'));
    await settled(shop.syncId, 1);
    const { body } = await client.api('GET', `/v1/webhook-messages?syncId=${shop.syncId}`);
    expect(body.data.map(({ type, sequence }: Record<string, unknown>) => ({ type, sequence }))).toEqual([
      { type: 'records.changed', sequence: 3 },
      { type: 'sync.period.completed.initial', sequence: 2 },
      { type: 'schedule.updated', sequence: 1 },
    ]);
    const message = await client.api('GET', `/v1/webhook-messages/${body.data[1].id}`);
    expect(message.status).toBe(200);
    const rows = await query<{ count: number }>(
      world.database.superuserUrl,
      'select count(*)::int as count from webhook_delivery where client_id = $1',
      [client.clientId],
    );
    // The endpoint is younger than the first of them.
    expect(rows).toEqual([{ count: 2 }]);
  });
});

describe('a run', () => {
  beforeEach(async () => {
    client = await world.newClient();
    world.clock.runFrom(instant('2026-03-01T12:00:00Z'));
  });

  it('is refused while another of the same sync is active, with the id of that one', async () => {
    const shop = await connectShop(client, source, { schedule: { ...golden, startDate: '2026-02-01' } });
    source.hold(0);
    const first = await client.api('POST', `/v1/syncs/${shop.syncId}/runs`, { type: 'latest' });
    const second = await client.api('POST', `/v1/syncs/${shop.syncId}/runs`, { type: 'full' });
    source.release();
    expect(second.status).toBe(409);
    expect(second.body).toMatchObject({ code: 'run_active', activeRunId: first.body.id });
    await settled(shop.syncId, 1);
  });

  it('stops within seconds when it is aborted, and the chain stays where it was', async () => {
    const shop = await connectShop(client, source, { schedule: { ...golden, startDate: '2026-02-01' } });
    source.hold(0);
    const { body: run } = await client.api('POST', `/v1/syncs/${shop.syncId}/runs`, { type: 'latest' });
    await eventually(async () => (await client.api('GET', `/v1/runs/${run.id}`)).body.state === 'running', {
      what: 'a running run',
    });
    expect((await client.api('POST', `/v1/runs/${run.id}/abort`)).status).toBe(202);
    const aborted = await eventually(
      async () => {
        const { body } = await client.api('GET', `/v1/runs/${run.id}`);
        return body.state === 'aborted' && body;
      },
      { what: 'an aborted run', timeout: 5_000 },
    );
    source.release();
    expect(aborted).toMatchObject({ errorMessage: 'Sync aborted' });
    const { body: sync } = await client.api('GET', `/v1/syncs/${shop.syncId}`);
    expect(sync.watermark).toBe('2026-02-01T00:00:00.000Z');
    expect(sync.nextPeriod).toMatchObject({ start: toIso(instant('2026-02-01T00:00:00Z')) });
  });

  it('is settled and tried again when one worker after another was lost over it', async () => {
    const shop = await connectShop(client, source, { schedule: { ...golden, startDate: '2026-02-01' } });
    source.hold(0);
    const { body: run } = await client.api('POST', `/v1/syncs/${shop.syncId}/runs`, { type: 'latest' });
    await eventually(async () => (await client.api('GET', `/v1/runs/${run.id}`)).body.state === 'running', {
      what: 'a running run',
    });
    const boss = await new PgBoss({ connectionString: world.database.url, supervise: false, schedule: false }).start();
    await boss.send('lost-run', { clientId: client.clientId, runId: run.id });
    await boss.stop();
    const errored = await eventually(
      async () => {
        const { body } = await client.api('GET', `/v1/runs/${run.id}`);
        return body.state === 'errored' && body;
      },
      { what: 'the lost run settled' },
    );
    expect(errored).toMatchObject({ failure: { code: 'worker_lost' }, nextAttemptAt: expect.any(String) });
    source.release();
    await settled(shop.syncId, 1);
    const { body } = await client.api('GET', `/v1/syncs/${shop.syncId}/runs`);
    expect(body.data).toMatchObject([
      { trigger: 'retry', state: 'completed', attempt: 2 },
      { id: run.id, state: 'errored', attempt: 1 },
    ]);
  });

  it('is tried again after a fault of the source, and goes on from its last page', async () => {
    source.rows.length = 0;
    for (let n = 0; n < 30; n += 1)
      source.rows.push({
        id: `r${String(n).padStart(2, '0')}`,
        updatedAt: `2026-02-02T00:00:${String(n).padStart(2, '0')}.000Z`,
      });
    const shop = await connectShop(client, source, { schedule: { ...golden, startDate: '2026-02-01' }, pageSize: 10 });
    source.requests.length = 0;
    // The first page, then one that fails as often as the connector asks by itself.
    source.failures.push(undefined, 503, 503, 503);
    const { body: run } = await client.api('POST', `/v1/syncs/${shop.syncId}/runs`, { type: 'latest' });
    await settled(shop.syncId, 1);
    const { body } = await client.api('GET', `/v1/syncs/${shop.syncId}/runs`);
    expect(body.data).toMatchObject([
      { trigger: 'retry', state: 'completed', progress: { orders: { created: 30, updated: 0 } } },
      { id: run.id, state: 'errored', progress: { orders: { created: 10 } }, failure: { class: 'transient' } },
    ]);
    // Places of the last rows asked for: the first page once, then what follows it.
    expect(source.requests.filter((place) => place < 10)).toEqual([9]);
  });
});
