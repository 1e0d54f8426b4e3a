import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { eventually } from '../support/eventually.js';
import { Source } from '../support/source.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const NOW = '2026-03-01T12:00:00Z';

let source: Source;
let world: World;
let client: TestClient;
let connectionId: string;
let syncId: string;

beforeAll(async () => {
  source = await Source.start();
  world = await startWorld({ roles: 'api,dispatcher,worker', outboundAllow: [source.origin] });
});
afterAll(async () => {
  await world.close();
  await source.close();
});

/** Forty orders, one for each day up to now; every other one was made a year before it was last edited. */
const day = (n: number) => new Date(Date.parse(NOW) - n * 86_400_000).toISOString();
beforeEach(async () => {
  world.clock.runFrom(instant(NOW));
  client = await world.newClient();
  source.rows.length = 0;
  source.requests.length = 0;
  for (let n = 0; n < 40; n += 1)
    source.rows.push({
      id: `o${String(n).padStart(2, '0')}`,
      updatedAt: day(n + 1),
      createdAt: n % 2 ? day(n + 366) : day(n + 1),
    });
  ({ connectionId, syncId } = await connect());
});

type Settings = Record<string, Record<string, unknown>>;

/** A shop of one model, or of those made from it. */
async function connect(models: (orders: Record<string, unknown>) => Settings = (orders) => ({ orders })) {
  const settings = source.settings(10) as { baseUrl: string; models: { orders: Record<string, unknown> } };
  const orders = { ...settings.models.orders, createdAtField: 'createdAt' };
  const company = await client.api('POST', '/v1/companies', { name: 'Corner Shop' });
  const connection = await client.api('POST', `/v1/companies/${company.body.id}/connections`, {
    platform: 'rest',
    name: 'Till',
    settings: { ...settings, models: models(orders) },
  });
  const schedule = { selectedFrequency: 'Daily', startDate: '2026-01-01', syncHour: 0, timeZone: 'Etc/UTC' };
  const sync = await client.api('POST', `/v1/connections/${connection.body.id}/syncs`, { schedule });
  return { connectionId: connection.body.id as string, syncId: sync.body.id as string };
}

/** The run, when it has completed. */
async function run(body: Record<string, unknown>) {
  const asked = await client.api('POST', `/v1/syncs/${syncId}/runs`, body);
  expect(asked.status).toBe(201);
  return eventually(
    async () => {
      const answer = await client.api('GET', `/v1/runs/${asked.body.id}`);
      if (answer.body.state === 'errored') throw new Error(answer.body.errorDetails);
      return answer.body.state === 'completed' && answer.body;
    },
    { what: 'a completed run' },
  );
}

interface Fed {
  readonly id: string;
  readonly model: string;
  readonly sequence: number;
  readonly data: Record<string, unknown>;
}

const feed = async (): Promise<readonly Fed[]> =>
  (await client.api('GET', `/v1/connections/${connectionId}/records?limit=200`)).body.data;
const stored = async () => (await feed()).map(({ id }) => id).toSorted();
const newest = (count: number) => source.rows.slice(0, count).map(({ id }) => id);

/** An audit of everything, so that nothing can be left to the source. */
const unfiltered = ({ filter: _filter, sort: _sort, ...orders }: Record<string, unknown>): Settings => ({ orders });

describe('records since an instant', () => {
  it('are all that is asked of a source that tells changes alone', async () => {
    const { progress } = await run({ type: 'full', syncSince: day(5) });
    expect(await stored()).toEqual(newest(5));
    expect(progress.orders).toMatchObject({ fetched: 5, created: 5, skipped: 0 });
  });

  it('are picked out of everything that another source tells, and the rest counts as skipped', async () => {
    ({ connectionId, syncId } = await connect(unfiltered));
    const { progress } = await run({ type: 'full', syncSince: day(5) });
    expect(await stored()).toEqual(newest(5));
    expect(progress.orders).toMatchObject({ fetched: 40, created: 5, skipped: 35 });
  });

  it('may go by when they were made', async () => {
    const { progress } = await run({ type: 'full', syncSince: day(5), syncSinceBy: 'created_at' });
    expect(await stored()).toEqual(['o00', 'o02', 'o04']);
    expect(progress.orders).toMatchObject({ fetched: 40, created: 3, skipped: 37 });
  });

  it('narrow a latest run, which then covers nothing: the period reads it all', async () => {
    const before = (await client.api('GET', `/v1/syncs/${syncId}`)).body;
    const { progress, range } = await run({ type: 'latest', syncSince: day(5) });
    expect(range.start).toBe('2026-01-01T00:00:00.000Z');
    expect(progress.orders.fetched).toBe(5);
    const after = (await client.api('GET', `/v1/syncs/${syncId}`)).body;
    expect(after).toMatchObject({ watermark: before.watermark, nextPeriod: before.nextPeriod });
    await run({ type: 'latest' });
    expect(await stored()).toHaveLength(40);
  });

  it('are none, and nothing is asked of the source, where the span ends before', async () => {
    const { statusCode, progress } = await run({ type: 'latest', syncTo: day(20), syncSince: day(5) });
    expect(statusCode).toBe(2040);
    expect(progress.orders.fetched).toBe(0);
    expect(source.requests).toEqual([]);
  });
});

describe('the last records', () => {
  it('are the most recent so many of each model, fed in the order in which they came about', async () => {
    ({ connectionId, syncId } = await connect((orders) => ({ orders, returns: orders })));
    const { progress } = await run({ type: 'full', syncLast: 12 });
    const fed = await feed();
    for (const model of ['orders', 'returns']) {
      const ids = fed.filter((one) => one.model === model).map(({ id }) => id);
      expect(ids).toEqual(newest(12).toReversed());
      expect(progress[model]).toMatchObject({ pages: expect.any(Number), fetched: 40, created: 12, skipped: 28 });
    }
  });

  it('may go by when they were made', async () => {
    await run({ type: 'full', syncLast: 3, syncLastBy: 'created_at' });
    expect(await stored()).toEqual(['o00', 'o02', 'o04']);
  });

  it('are taken of those since an instant', async () => {
    await run({ type: 'full', syncSince: day(30), syncLast: 50 });
    expect(await stored()).toEqual(newest(30));
    await run({
      type: 'full',
      syncSince: day(30),
      syncSinceBy: 'created_at',
      syncLast: 2,
      syncLastBy: 'updated_at',
      force: true,
    });
    const last = (await feed()).slice(-2);
    expect(last.map(({ id }) => id)).toEqual(['o02', 'o00']);
  });

  it('are taken of what lies in the range', async () => {
    await run({ type: 'range', start: '2026-01-01T00:00:00Z', finish: day(20), syncLast: 2 });
    expect(await stored()).toEqual(['o20', 'o21']);
  });

  it('are all where there are fewer', async () => {
    await run({ type: 'full', syncLast: 10_000 });
    expect(await stored()).toHaveLength(40);
  });
});

describe('a record that has been stored', () => {
  it('stays as it is when it comes again no newer, and nobody hears of it', async () => {
    await run({ type: 'full' });
    const before = await feed();
    for (const row of source.rows) Object.assign(row, { edited: true });
    // Of the first the source goes back in time.
    Object.assign(source.rows[0] ?? {}, { updatedAt: day(3) });
    const { progress, statusCode } = await run({ type: 'full' });
    expect(progress.orders).toMatchObject({ fetched: 40, created: 0, updated: 0, skipped: 40 });
    expect(statusCode).toBe(2040);
    expect(await feed()).toEqual(before);
  });

  it('is stored anew, at the end of the feed, when it has become newer', async () => {
    await run({ type: 'full' });
    Object.assign(source.rows[30] ?? {}, { updatedAt: day(0), edited: true });
    const { progress } = await run({ type: 'full' });
    expect(progress.orders).toMatchObject({ updated: 1, skipped: 39 });
    expect((await feed()).at(-1)).toMatchObject({ id: 'o30', sequence: 41, data: { edited: true } });
  });

  it('is rewritten and told again, with all the others, by force', async () => {
    await run({ type: 'full' });
    for (const row of source.rows) Object.assign(row, { edited: true });
    const { progress } = await run({ type: 'full', force: true });
    expect(progress.orders).toMatchObject({ fetched: 40, updated: 40, skipped: 0 });
    const fed = await feed();
    expect(fed.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 40 }, (_, n) => 41 + n));
    expect(fed.every(({ data }) => data['edited'] === true)).toBe(true);
  });
});

describe('a run repeated', () => {
  it('closes the gap of the period that failed, and moves the chain', async () => {
    source.failures.push(422);
    const asked = await client.api('POST', `/v1/syncs/${syncId}/runs`, {
      type: 'latest',
      syncTo: '2026-02-01T00:00:00Z',
    });
    await eventually(async () => (await client.api('GET', `/v1/runs/${asked.body.id}`)).body.state === 'errored', {
      what: 'a failed run',
    });
    const again = await client.api('POST', `/v1/runs/${asked.body.id}/rerun`);
    await eventually(async () => (await client.api('GET', `/v1/runs/${again.body.id}`)).body.state === 'completed', {
      what: 'a completed run',
    });
    const sync = (await client.api('GET', `/v1/syncs/${syncId}`)).body;
    expect(sync.watermark).toBe('2026-02-01T00:00:00.000Z');
    expect(sync.nextPeriod.start).toBe('2026-02-01T00:00:00.000Z');
    const refused = await client.api('POST', `/v1/runs/${asked.body.id}/rerun`);
    expect(refused.body.code).toBe('period_overlap');
  });
});

describe('a connection with a first run', () => {
  it('has its records without anybody asking again', async () => {
    const company = await client.api('POST', '/v1/companies', { name: 'Corner Shop' });
    const connection = await client.api('POST', `/v1/companies/${company.body.id}/connections`, {
      platform: 'rest',
      name: 'Till',
      settings: source.settings(),
      syncOnInstall: true,
    });
    const done = await eventually(
      async () => {
        const { body } = await client.api('GET', `/v1/runs/${connection.body.install.runId}`);
        return body.state === 'completed' && body;
      },
      { what: 'the first run' },
    );
    expect(done).toMatchObject({ trigger: 'install', statusCode: 2000, progress: { orders: { created: 40 } } });
    connectionId = connection.body.id;
    expect(await stored()).toHaveLength(40);
  });
});
