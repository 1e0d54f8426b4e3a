import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AdmitRuns } from '../../src/dispatch/admit-runs.js';
import { instant } from '../../src/domain/time/instant.js';
import { eventually } from '../support/eventually.js';
import { query } from '../support/postgres.js';
import { Source } from '../support/source.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

let source: Source;
let world: World;
let client: TestClient;

const schedule = { selectedFrequency: 'Daily', startDate: '2026-03-01', syncHour: 0, timeZone: 'Etc/UTC' };

beforeEach(async () => {
  source = await Source.start();
  world = await startWorld({
    roles: 'api,dispatcher,worker',
    workerConcurrency: 8,
    outboundAllow: [source.origin, source.origin.replace('127.0.0.1', 'localhost')],
    settings: { SOURCE_HOST_LIMITS: 'localhost=2' },
  });
  world.clock.runFrom(instant('2026-03-01T23:30:00Z'));
  client = await world.newClient();
  source.rows.push({ id: 'o1', updatedAt: '2026-03-01T01:00:00.000Z' });
});
afterEach(async () => {
  await world.close();
  await source.close();
});

const idOf = async (answer: ReturnType<TestClient['api']>): Promise<string> => {
  const { status, body } = await answer;
  expect([status, body.code]).toEqual([201, undefined]);
  return body.id;
};

/** A connection to the source, under its address or its name. */
async function connect(of: TestClient, more: Record<string, unknown> = {}, host = '127.0.0.1'): Promise<string> {
  const company = await idOf(of.api('POST', '/v1/companies', { name: 'Corner Shop' }));
  const settings = { ...source.settings(), baseUrl: source.origin.replace('127.0.0.1', host) };
  return idOf(
    of.api('POST', `/v1/companies/${company}/connections`, { platform: 'rest', name: 'Till', settings, ...more }),
  );
}

const syncs = (of: TestClient, connections: readonly string[], body: Record<string, unknown> = {}) =>
  Promise.all(connections.map((id) => idOf(of.api('POST', `/v1/connections/${id}/syncs`, body))));

interface Held {
  readonly limit: number;
  /** All runs there will be. */
  readonly runs: number;
}

/** The most runs that were at the source at a time: each is held there until as many as may come are there. */
async function mostAtATime({ limit, runs }: Held): Promise<number> {
  let most = 0;
  await eventually(
    async () => {
      const completed = await completedRuns();
      const there = source.waitingRequests;
      if (there >= Math.min(limit, runs - completed)) {
        await admissionLooks();
        most = Math.max(most, source.waitingRequests);
        source.letOneGo();
      }
      return completed === runs;
    },
    { timeout: 60_000, what: 'all runs done' },
  );
  return most;
}

const behindTheBack = <Row extends Record<string, unknown>>(sql: string, parameters: unknown[] = []) =>
  query<Row>(world.database.superuserUrl, sql, parameters);

/** The dispatcher has looked again since. */
async function admissionLooks(): Promise<void> {
  await world.app.get(AdmitRuns, { strict: false }).look();
  await world.app.get(AdmitRuns, { strict: false }).look();
}

async function completedRuns(): Promise<number> {
  const sql = `select id from run where state = 'completed' and client_id = $1`;
  return (await behindTheBack(sql, [client.clientId])).length;
}

/** Every open period has reached its run date, which load may have put a little later than its due date. */
async function allAreDue(): Promise<void> {
  world.clock.runFrom(instant('2026-03-01T23:55:00Z'));
  const planned = `select from sync_period where status = 'planned'`;
  await eventually(async () => (await behindTheBack(planned)).length === 0, { what: 'run dates' });
  world.clock.runFrom(instant('2026-03-02T00:05:00Z'));
}

describe('never more runs are at the source at a time than', () => {
  beforeEach(() => source.hold(0));

  it('the operator lets a client have, whatever is due', async () => {
    await world.admin('PATCH', `/admin/v1/clients/${client.clientId}`, { maxConcurrentRuns: 2 });
    await syncs(client, await Promise.all(Array.from({ length: 10 }, () => connect(client))), { schedule });
    await allAreDue();
    expect(await mostAtATime({ limit: 2, runs: 10 })).toBe(2);
  });

  it('a client lets a connection have, whether runs are due, asked for by hand or asked for at once', async () => {
    const connection = await connect(client, { maxConcurrentRuns: 2 });
    const scheduled = Array.from({ length: 3 }, () => connection);
    await syncs(client, scheduled, { schedule });
    const byHand = await syncs(client, scheduled);
    const inBulk = await syncs(client, scheduled);
    for (const id of byHand)
      expect((await client.api('POST', `/v1/syncs/${id}/runs`, { type: 'full' })).status).toBe(201);
    const bulk = await client.api('POST', '/v1/runs/bulk', { select: { syncIds: inBulk }, run: { type: 'full' } });
    expect(bulk.body).toMatchObject({ started: 3, refused: 0 });
    await allAreDue();
    expect(await mostAtATime({ limit: 2, runs: 9 })).toBe(2);
  });

  it('the configuration lets a host have, while others are not held up', async () => {
    const limited = await Promise.all(Array.from({ length: 6 }, () => connect(client, {}, 'localhost')));
    for (const id of await syncs(client, limited))
      expect((await client.api('POST', `/v1/syncs/${id}/runs`, { type: 'full' })).status).toBe(201);
    await eventually(() => source.waitingRequests === 2, { what: 'two runs at the host' });
    await admissionLooks();
    expect(source.waitingRequests).toBe(2);
    const other = await world.newClient('Other');
    const [free] = await syncs(other, [await connect(other)]);
    await other.api('POST', `/v1/syncs/${free}/runs`, { type: 'full' });
    await eventually(() => source.waitingRequests === 3, { what: 'a run at the other host' });
    source.release();
    await eventually(async () => (await completedRuns()) === 6, { what: 'all runs done' });
  });
});

it('an unadmitted run that is aborted has ended at once', async () => {
  source.hold(0);
  const connection = await connect(client, { maxConcurrentRuns: 1 });
  const [first, second] = await syncs(client, [connection, connection]);
  await client.api('POST', `/v1/syncs/${first}/runs`, { type: 'full' });
  await eventually(() => source.waitingRequests === 1, { what: 'the one run at the source' });
  const { body } = await client.api('POST', `/v1/syncs/${second}/runs`, { type: 'full' });
  const aborted = await client.api('POST', `/v1/runs/${body.id}/abort`);
  expect(aborted.body).toMatchObject({ state: 'aborted', errorMessage: 'Sync aborted' });
  source.release();
  await eventually(async () => (await completedRuns()) === 1, { what: 'the other run done' });
});
