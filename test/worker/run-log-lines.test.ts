import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { instant, plus, SECOND } from '../../src/domain/time/instant.js';
import { Database } from '../../src/ports/database.js';
import { eventually } from '../support/eventually.js';
import { listModel, startHttpSource, startListSource, type Handler, type HttpSource } from '../support/list-source.js';
import { DAILY_IN_LONDON } from '../support/schedules.js';
import { connectShop, type ShopOfACompany } from '../support/shop-of-a-company.js';
import { Source } from '../support/source.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const NOW = instant('2022-07-13T15:00:00Z');
const DUE = instant('2022-07-13T23:00:00Z');

interface Line {
  readonly level: string;
  readonly message: string;
  readonly model: string | null;
  readonly data: Readonly<Record<string, unknown>> | null;
}

let source: Source;
let world: World;
let client: TestClient;
/** Another source, which answers as a test says; requests are counted from 1 anew for each. */
let http: HttpSource;
let answer: Handler;
let requests = 0;
beforeAll(async () => {
  source = await Source.start();
  http = await startHttpSource((request, response) => answer(request, response, (requests += 1)));
  world = await startWorld({ roles: 'api,dispatcher,worker', outboundAllow: [source.origin, http.url] });
});
afterAll(async () => {
  await world.close();
  await source.close();
  await http.close();
});
beforeEach(async () => {
  world.clock.set(NOW);
  client = await world.newClient();
  requests = 0;
  source.failures.length = 0;
  source.rows.length = 0;
  source.rows.push(
    { id: 'o1', updatedAt: '2022-05-02T10:00:00.000Z' },
    { id: 'o2', updatedAt: '2022-06-02T10:00:00.000Z' },
  );
});
afterEach(() => source.release());

const logOf = async (runId: string): Promise<readonly Line[]> =>
  (await client.api('GET', `/v1/runs/${runId}/logs?limit=200`)).body.data;
const told = async (runId: string) => (await logOf(runId)).map(({ level, message }) => `${level} ${message}`);
const runOf = async (runId: string) => (await client.api('GET', `/v1/runs/${runId}`)).body;
const finished = (runId: string) =>
  eventually(
    async () => {
      const run = await runOf(runId);
      return run.finishedAt !== null && run;
    },
    { what: 'a finished run' },
  );
/** The runs of a sync, oldest first, once there are so many that are over. */
const runsOf = ({ syncId }: ShopOfACompany, count: number) =>
  eventually(
    async () => {
      const { body } = await client.api('GET', `/v1/syncs/${syncId}/runs`);
      const over = body.data.filter((run: { finishedAt: string | null }) => run.finishedAt !== null);
      return over.length >= count && over.toReversed();
    },
    { what: `${count} finished runs` },
  );
const asked = async ({ syncId }: Pick<ShopOfACompany, 'syncId'>, body: Record<string, unknown> = { type: 'full' }) =>
  (await client.api('POST', `/v1/syncs/${syncId}/runs`, body)).body.id as string;
/** A sync of one list of the other source. */
async function syncOf(settings: Record<string, unknown>, credentials?: Record<string, unknown>) {
  const company = (await client.api('POST', '/v1/companies', { name: 'Corner Shop' })).body;
  const body = { platform: 'rest', name: 'Till', settings: { baseUrl: http.url, ...settings }, credentials };
  const connection = (await client.api('POST', `/v1/companies/${company.id}/connections`, body)).body;
  const sync = (await client.api('POST', `/v1/connections/${connection.id}/syncs`, {})).body;
  return { syncId: sync.id as string };
}

describe('a scheduled run', () => {
  it('tells its period, what it read, that the watermark moved and when it is next due', async () => {
    const shop = await connectShop(client, source, { schedule: DAILY_IN_LONDON });
    world.clock.set(plus(DUE, 1800 * SECOND));
    const [run] = await runsOf(shop, 1);
    expect(await told(run.id)).toEqual([
      'info Created by the schedule: from 2022-04-30T23:00:00.000Z to 2022-07-13T23:00:00.000Z.',
      'info Taken by a worker: attempt 1.',
      'info Reading orders (incremental) from 2022-04-30T23:00:00.000Z to 2022-07-13T23:00:00.000Z.',
      'info 1 page, 2 records: 2 created.',
      'info Finished orders: 2 pages, 2 records: 2 created.',
      'info Succeeded: 2 created. The watermark moved to 2022-07-13T23:00:00.000Z. Next due 2022-07-14T23:00:00.000Z.',
    ]);
  });
});

describe('a failing run', () => {
  it('tells every try, every message, and when it is tried again; the next attempt tells where it goes on', async () => {
    source.failures.push(undefined, 503, 500, 502);
    const shop = await connectShop(client, source, { pageSize: 1, schedule: DAILY_IN_LONDON });
    world.clock.set(plus(DUE, 1800 * SECOND));
    await runsOf(shop, 1);
    world.clock.set(plus(DUE, 3600 * SECOND));
    const [first, second] = await runsOf(shop, 2);
    const messages = [
      'GET /orders: the source is unavailable (HTTP 503).',
      'GET /orders: the source failed (HTTP 500).',
      'GET /orders: the source is unavailable (HTTP 502).',
    ];
    expect(first).toMatchObject({ state: 'errored', errorMessage: messages[2], errorDetails: messages.join('\n') });
    expect((await told(first.id)).slice(3)).toEqual([
      'info 1 page, 1 record: 1 created.',
      `warn ${messages[0]} It is tried again.`,
      `warn ${messages[1]} It is tried again.`,
      ...messages.map((message) => `warn ${message}`),
      expect.stringMatching(
        /^warn To be tried again at 2022-07-13T23:\d\d:\d\d\.\d{3}Z; this attempt does not count\.$/,
      ),
    ]);
    expect((await told(second.id)).slice(0, 3)).toEqual([
      'info Created to try again, attempt 1: from 2022-04-30T23:00:00.000Z to 2022-07-13T23:00:00.000Z.',
      'info Taken by a worker: attempt 1, going on with orders at 1 page.',
      'info Reading orders (incremental) from 2022-04-30T23:00:00.000Z to 2022-07-13T23:00:00.000Z, going on after 1 page.',
    ]);
  });

  it('tells what it does to its sync', async () => {
    source.failures.push(401);
    const shop = await connectShop(client, source, { schedule: DAILY_IN_LONDON });
    world.clock.set(plus(DUE, 1800 * SECOND));
    const [run] = await runsOf(shop, 1);
    expect((await told(run.id)).slice(-3)).toEqual([
      'error GET /orders: the source refuses the credentials (HTTP 401).',
      'error Failed: Connection not authorised.',
      'error The sync is suspended now: connection_deauthorized.',
    ]);
    expect((await logOf(run.id)).at(-3)).toMatchObject({ data: { code: 'credential_invalid' } });
  });

  it('shows a pause the source asks for while it lasts, and no key', async () => {
    const gate = Promise.withResolvers<void>();
    const urls: unknown[] = [];
    answer = (request, response, count) => {
      urls.push(request.url);
      const limited = count === 1;
      void (limited ? Promise.resolve() : gate.promise).then(() =>
        response.writeHead(limited ? 429 : 403, { 'retry-after': '1' }).end('{}'),
      );
    };
    const shop = await syncOf(
      { auth: { type: 'query', name: 'key' }, models: { items: { path: 'items' } } },
      { value: 's3cret' },
    );
    const runId = await asked(shop);
    await eventually(async () => (await told(runId)).some((line) => line.includes('pause of 1 s')), {
      what: 'the pause in the log of an active run',
    });
    expect((await runOf(runId)).state).toBe('running');
    gate.resolve();
    await finished(runId);
    expect(urls).toContain('/items?key=s3cret');
    expect(JSON.stringify(await logOf(runId))).not.toContain('s3cret');
  });
});

describe('a run that is stopped', () => {
  it('tells that it was asked to, and when', async () => {
    const shop = await connectShop(client, source, { pageSize: 1 });
    source.hold(0);
    const runId = await asked(shop);
    await eventually(async () => (await runOf(runId)).state === 'running');
    await client.api('POST', `/v1/runs/${runId}/abort`);
    const run = await finished(runId);
    expect((await told(runId)).at(-1)).toBe('warn Aborted, as was asked at 2022-07-13T15:00:00.000Z.');
    expect(run).toMatchObject({ state: 'aborted', errorMessage: 'Sync aborted' });
  });

  it('by the loss of its worker tells who took it over', async () => {
    const office = await startWorld({ outboundAllow: [source.origin] });
    const database = { ...office.database, drop: async () => undefined };
    client = await office.newClient();
    const runId = await asked(await connectShop(client, source));
    const db = office.app.get(Database, { strict: false });
    await db.asDispatcher(async ({ admission, jobs }) => {
      const waiting = { id: runId, clientId: client.clientId, kind: 'requested' } as const;
      await jobs.enqueueRuns(await admission.admit([waiting], NOW));
    });
    const lost = { runId, token: randomUUID() };
    await db.asClient(client.clientId, ({ runs }) => runs.start(lost, NOW));
    const worker = await startWorld({ roles: 'worker', outboundAllow: [source.origin], database });
    await finished(runId);
    expect((await told(runId)).slice(0, 2)).toEqual([
      expect.stringMatching(/^info Asked for by/),
      'info Taken over from a worker that was lost or stopped: attempt 1.',
    ]);
    await worker.close();
    await office.close();
  });
});

describe('progress', () => {
  it('tells how much of the model is done where the source tells a total', async () => {
    const list = await startListSource({ totals: true });
    for (let n = 0; n < 10; n += 1) list.items.set(`i${n}`, { id: `i${n}`, updatedAt: `2022-07-01T00:00:0${n}.000Z` });
    const gate = Promise.withResolvers<void>();
    answer = (request, response, count) => {
      const passOn = async () => {
        if (count === 2) await gate.promise;
        const found = await fetch(`${list.url}${request.url}`);
        response.writeHead(200, { 'content-type': 'application/json' }).end(await found.text());
      };
      void passOn();
    };
    const shop = await syncOf({ models: { items: listModel('page', 4, true) } });
    const runId = await asked(shop);
    const progress = async () => (await runOf(runId)).progress.items;
    await eventually(progress, { what: 'a first page' });
    expect(await progress()).toMatchObject({ fetched: 4, total: 10, fraction: 0.4 });
    gate.resolve();
    await finished(runId);
    expect(await progress()).toMatchObject({ fetched: 10, total: 10, fraction: 1 });
    expect((await told(runId)).at(-2)).toMatch(/^info Finished items: \d pages, 10 of 10 records: 10 created\.$/);
    await list.close();
  });
});
