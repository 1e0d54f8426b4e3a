import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { query } from '../support/postgres.js';
import { connectShop, type ShopOfACompany } from '../support/shop-of-a-company.js';
import { Source } from '../support/source.js';
import { StartedProcesses } from '../support/started-processes.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

/** Heartbeat, monitor, retry delay and poll together; the promise is 35 s. */
const RECOVERY = 35_000;
const RECORDS = 500;
const PAGE = 50;

const workers = new StartedProcesses();
let source: Source;
let world: World;
let client: TestClient;
let shop: ShopOfACompany;

beforeEach(async () => {
  source = await Source.start();
  for (let n = 0; n < RECORDS; n += 1)
    source.rows.push({ id: `o${n}`, updatedAt: new Date(Date.UTC(2026, 0, 2, 0, 0, n)).toISOString(), n });
  world = await startWorld({ roles: 'api,dispatcher', outboundAllow: [source.origin] });
  client = await world.newClient();
  shop = await connectShop(client, source, {
    pageSize: PAGE,
    schedule: { selectedFrequency: 'Monthly', startDate: '2026-01-01', syncHour: 0, timeZone: 'Etc/UTC' },
  });
});

afterEach(async () => {
  await workers.end();
  await world.close();
  await source.close();
});

const startWorker = () => workers.startWorker(world.env);

/** Asks for a latest run and waits until the worker hangs in the middle of it. */
async function runHeldHalfWay(): Promise<string> {
  source.hold(RECORDS / 2);
  const { body } = await client.api('POST', `/v1/syncs/${shop.syncId}/runs`, { type: 'latest' });
  await eventually(() => source.requests.some((place) => place >= RECORDS / 2), { what: 'a request that hangs' });
  await eventually(async () => (await created(body.id)) >= RECORDS / 2 - PAGE, { what: 'half of the records saved' });
  return body.id;
}

async function created(runId: string): Promise<number> {
  const { body } = await client.api('GET', `/v1/runs/${runId}`);
  return body.progress.orders?.created ?? 0;
}

const completed = (runId: string) =>
  eventually(async () => (await client.api('GET', `/v1/runs/${runId}`)).body.state === 'completed', {
    timeout: RECOVERY,
    what: 'the run done by another worker within 35 s',
  });

const newestChange = async (): Promise<string | undefined> => {
  const [row] = await query<{ newest: string }>(
    world.database.superuserUrl,
    'select max(changed_at)::text as newest from record where connection_id = $1',
    [shop.connectionId],
  );
  return row?.newest;
};

/** What must hold whoever did the work: each record once, no page stored twice, one message, no gap. */
async function expectNothingLostOrDoubled(runId: string): Promise<void> {
  const { body: run } = await client.api('GET', `/v1/runs/${runId}`);
  expect(run.progress.orders).toMatchObject({ created: RECORDS, updated: 0 });
  const rows = await query(
    world.database.superuserUrl,
    `select count(*)::int as records, count(distinct sequence)::int as sequences, max(sequence)::int as newest
       from record where connection_id = $1`,
    [shop.connectionId],
  );
  expect(rows).toEqual([{ records: RECORDS, sequences: RECORDS, newest: RECORDS }]);
  const completed = `type=sync.period.completed.initial&syncId=${shop.syncId}`;
  const messages = await client.api('GET', `/v1/webhook-messages?${completed}`);
  expect(messages.body.data).toHaveLength(1);
  const coverage = await client.api('GET', `/v1/syncs/${shop.syncId}/coverage`);
  expect(coverage.body).toMatchObject({ gaps: [], overlaps: [] });
}

describe('a worker that is lost in the middle of a run', () => {
  it('by kill -9: another does the period within 35 s, from the last page on', async () => {
    const first = await startWorker();
    const runId = await runHeldHalfWay();
    await startWorker();
    first.kill('SIGKILL');
    await first.exited;
    source.release();
    const asked = source.requests.length;
    await completed(runId);
    await expectNothingLostOrDoubled(runId);
    // What was committed was not asked for again, but for the page at the edge.
    expect(Math.min(...source.requests.slice(asked))).toBeGreaterThanOrEqual(RECORDS / 2 - 2 * PAGE);
  });

  it('by a long pause: what it writes when it wakes is dropped', async () => {
    const first = await startWorker();
    const runId = await runHeldHalfWay();
    first.kill('SIGSTOP');
    await startWorker();
    source.release();
    await completed(runId);
    const before = await newestChange();
    first.kill('SIGCONT');
    await eventually(() => first.output().includes('taken over by another worker'), {
      what: 'the old owner to notice',
    });
    await expectNothingLostOrDoubled(runId);
    expect(await newestChange()).toBe(before);
  });

  it('by an orderly stop: the run is handed back and goes on elsewhere', async () => {
    const first = await startWorker();
    const runId = await runHeldHalfWay();
    await startWorker();
    first.kill('SIGTERM');
    source.release();
    expect(await first.exited).toBe(0);
    await completed(runId);
    await expectNothingLostOrDoubled(runId);
  });
});
