import { randomUUID } from 'node:crypto';
import { fc } from '@fast-check/vitest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY, instant, MINUTE, plus } from '../../src/domain/time/instant.js';
import { Database } from '../../src/ports/database.js';
import type { RunLogLine } from '../../src/ports/run-log.js';
import { deleteLines } from '../../src/storage/sql/run-log.js';
import { ForgetLogs } from '../../src/sync/logs/forget-logs.js';
import { RunLog } from '../../src/sync/logs/run-log.js';
import { WaitingLines } from '../../src/sync/logs/waiting-lines.js';
import { SettleRuns } from '../../src/sync/settle/settle-runs.js';
import { eventually } from '../support/eventually.js';
import { query } from '../support/postgres.js';
import { DAILY_IN_LONDON, openPeriodRuns, syncOf } from '../support/schedules.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const NOW = instant('2022-07-13T15:00:00Z');
const line = (message: string, more: Partial<RunLogLine> = {}): RunLogLine => ({
  at: NOW,
  level: 'info',
  message,
  ...more,
});

let world: World;
let db: Database;
let client: TestClient;
let runId: string;
beforeAll(async () => {
  world = await startWorld({ roles: 'api,dispatcher,worker' });
  world.clock.set(NOW);
  db = world.app.get(Database, { strict: false });
  client = await world.newClient();
});
afterAll(() => world.close());
beforeEach(async () => {
  runId = await newRun();
});

const newRun = async () => openPeriodRuns(world, await syncOf(client, { schedule: DAILY_IN_LONDON }));
const add = (...lines: readonly RunLogLine[]) =>
  db.asClient(client.clientId, ({ runLogs }) => runLogs.add([{ clientId: client.clientId, runId, lines }]));
const kept = async (id = runId) =>
  (await db.asClient(client.clientId, ({ runLogs }) => runLogs.list(id, {}, { limit: 1_000 }))).data;

describe('log lines', () => {
  it('are numbered from 1 without gaps, however they come', async () => {
    await add(line('a'), line('b'));
    await add();
    await add(line('c'));
    expect((await kept()).map(({ sequence, message }) => `${sequence} ${message}`)).toEqual(['1 a', '2 b', '3 c']);
  });

  it('of many runs are kept at once, each with its own numbers', async () => {
    const other = await newRun();
    await add(line('before'));
    const { clientId } = client;
    await db.asDispatcher(({ runLogs }) =>
      runLogs.add([
        { clientId, runId, lines: [line('one'), line('two')] },
        { clientId, runId: other, lines: [line('three')] },
      ]),
    );
    expect((await kept()).map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect((await kept(other)).map(({ sequence }) => sequence)).toEqual([1]);
  });

  it('come back with all they were given', async () => {
    const given = line('7 pages', { level: 'warn', model: 'orders', data: { pages: 7, of: { total: 9 } } });
    await add(given, line('plain'));
    expect(await kept()).toEqual([
      { sequence: 1, ...given },
      { sequence: 2, ...line('plain') },
    ]);
  });

  it('are found by level and model, page by page', async () => {
    await add(
      line('1', { level: 'debug', model: 'orders' }),
      line('2', { level: 'error', model: 'products' }),
      line('3', { level: 'warn', model: 'orders' }),
      line('4', { level: 'error', model: 'orders' }),
    );
    const filter = { level: 'warn', model: 'orders' } as const;
    const [first, second] = await db.asClient(client.clientId, async ({ runLogs }) => {
      const page = await runLogs.list(runId, filter, { limit: 1 });
      return [page, await runLogs.list(runId, filter, { limit: 1, after: page.nextAfter })];
    });
    expect([first?.data[0]?.message, second?.data[0]?.message, second?.nextAfter]).toEqual(['3', '4', undefined]);
  });

  it('never fail for what a text holds', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 50 });
    const messages = fc.sample(text, 200).concat('a\0b', 'a\ud800b', '\n', '', 'x'.repeat(100_000));
    await add(
      ...messages.map((message) => line(message, { model: message, data: { [message]: [message, NaN, 1n] } })),
      line('big', { data: { big: 'x'.repeat(100_000) } }),
    );
    const lines = await kept();
    expect(lines).toHaveLength(messages.length + 1);
    expect(lines.every(({ message }) => message.length <= 4_000 && !/[\0\n]/.test(message))).toBe(true);
    expect(lines.find(({ message }) => message.startsWith('xxx'))?.message).toMatch(/…$/);
    expect(lines.at(-1)).toEqual({ sequence: lines.length, ...line('big') });
  });

  it('hold no query of a URL and no password in it, for they may be secret', async () => {
    await add(
      line('GET https://user:pass@shop.example/orders?key=s3cret&page=2: no answer'),
      line('GET /orders?key=s3cret failed (really?)'),
      line('Why? Because.'),
    );
    expect((await kept()).map(({ message }) => message)).toEqual([
      'GET https://shop.example/orders?… no answer',
      'GET /orders?… failed (really?)',
      'Why? Because.',
    ]);
  });

  it('go with their run', async () => {
    await add(line('a'));
    await query(world.database.superuserUrl, 'delete from run where id = $1', [runId]);
    expect(await query(world.database.superuserUrl, 'select from run_log where run_id = $1', [runId])).toEqual([]);
  });
});

describe('a run that failed', () => {
  it('is settled, whatever its source said', async () => {
    const owner = { runId, token: randomUUID() };
    await db.asClient(client.clientId, ({ runs }) => runs.start(owner, NOW));
    const details = ['a\0b', 'two\nlines', '\ud800'];
    const failure = { code: 'provider_rejected', class: 'permanent', message: 'no\0', details } as const;
    const ended = { ...owner, clientId: client.clientId, outcome: { kind: 'failed', failure }, progress: {} } as const;
    expect(await world.app.get(SettleRuns, { strict: false }).execute([ended])).toEqual([owner.token]);
    const { body } = await client.api('GET', `/v1/runs/${runId}`);
    const shown = ['a\ufffdb', 'two lines', '\ufffd'];
    expect(body).toMatchObject({ state: 'errored', errorMessage: 'no\ufffd', errorDetails: shown.join('\n') });
    expect((await kept()).slice(0, 3).map(({ message }) => message)).toEqual(shown);
  });
});

describe('lines that wait for a page', () => {
  it('are kept by the run’s own worker, and not by one that has lost it', async () => {
    const waiting = world.app.get(WaitingLines, { strict: false });
    const inHand = (token: string) => ({ clientId: client.clientId, owner: { runId, token }, log: new RunLog(NOW) });
    const [lost, own] = [inHand(randomUUID()), inHand(randomUUID())];
    for (const { owner } of [lost, own]) await db.asClient(client.clientId, ({ runs }) => runs.start(owner, NOW));
    const long = plus(NOW, -MINUTE);
    lost.log.add('info', 'void', { at: long });
    waiting.add(lost);
    await eventually(() => !lost.log.hasWaited(1), { what: 'the lost worker’s turn' });
    own.log.add('info', 'waiting', { at: long });
    waiting.add(own);
    await eventually(() => !own.log.hasWaited(1), { what: 'the worker’s turn' });
    expect((await kept()).map(({ message }) => message)).toEqual(['waiting']);
    for (const run of [lost, own]) waiting.remove(run);
  });
});

describe('a follower', () => {
  it('is told what is new, in the order asked for, and nothing of a run that is gone', async () => {
    const { clientId } = client;
    await add(line('a'), line('b'), line('c'));
    const gone = { clientId, runId: `run_${'0'.repeat(26)}`, after: 0 };
    const news = await db.asDispatcher(({ runLogs }) =>
      runLogs.follow([{ clientId, runId, after: 1 }, gone, { clientId, runId, after: 3 }], 10),
    );
    expect(news).toMatchObject([{ state: 'running', lines: [{ sequence: 2 }, line('c')] }, undefined, { lines: [] }]);
    const [one] = await db.asDispatcher(({ runLogs }) => runLogs.follow([{ clientId, runId, after: 0 }], 1));
    expect(one?.lines).toEqual([{ sequence: 1, ...line('a') }]);
  });
});

describe('lines older than 30 days', () => {
  it('are forgotten, however many there are; younger ones and the run stay', async () => {
    const old = Array.from({ length: 12_000 }, (_, n) => line(`${n}`, { at: plus(NOW, -31 * DAY) }));
    await add(...old, line('young', { at: plus(NOW, -29 * DAY) }));
    await world.app.get(ForgetLogs, { strict: false }).execute();
    expect((await kept()).map(({ message }) => message)).toEqual(['young']);
    expect((await client.api('GET', `/v1/runs/${runId}`)).status).toBe(200);
    await add(line('next'));
    expect((await kept()).map(({ sequence }) => sequence)).toEqual([12_001, 12_002]);
  });

  it('are found by an index', async () => {
    await add(...Array.from({ length: 5_000 }, (_, n) => line(`${n}`, { at: plus(NOW, n) })));
    await query(world.database.superuserUrl, 'analyze run_log');
    const plan = await query<{ 'QUERY PLAN': string }>(world.database.superuserUrl, `explain ${deleteLines}`, [
      new Date(NOW),
      10,
    ]);
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toContain('run_log_by_age');
  });
});

it('goes with its run when a client deletes the sync, and with no other', async () => {
  const other = await newRun();
  const lines = (id: string) => query(world.database.superuserUrl, 'select from run_log where run_id = $1', [id]);
  const [run] = await query<{ sync_id: string }>(world.database.superuserUrl, 'select sync_id from run where id = $1', [
    runId,
  ]);
  for (const id of [runId, other]) await query(world.database.superuserUrl, insertLine, [client.clientId, id]);
  expect((await client.api('DELETE', `/v1/syncs/${run?.sync_id}`)).status).toBe(204);
  expect(await lines(runId)).toEqual([]);
  expect(await lines(other)).toHaveLength(1);
});

const insertLine = `
insert into run_log (client_id, run_id, sequence, at, level, message) values ($1, $2, 1, now(), 'info', 'a line')`;
