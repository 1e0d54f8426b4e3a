import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RunFollowers } from '../../src/sync/logs/run-followers.js';
import { follow, type EventReader } from '../support/event-reader.js';
import { eventually } from '../support/eventually.js';
import { query, type TestDatabase } from '../support/postgres.js';
import { connectShop } from '../support/shop-of-a-company.js';
import { Source } from '../support/source.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const ROWS = 40;
const MOST = 20;

let source: Source;
let world: World;
/** Another process on the same database, which executes what this one is asked for. */
let workers: World;
/** As other processes have it, which do not drop it when they stop. */
let database: TestDatabase;
let client: TestClient;
beforeAll(async () => {
  source = await Source.start();
  for (let n = 0; n < ROWS; n += 1)
    source.rows.push({ id: `o${n}`, updatedAt: new Date(Date.UTC(2026, 0, 2, 0, 0, n)).toISOString() });
  world = await startWorld({ outboundAllow: [source.origin] });
  database = { ...world.database, drop: async () => undefined };
  workers = await startWorld({ roles: 'dispatcher,worker', outboundAllow: [source.origin], database });
});
afterAll(async () => {
  await workers.close();
  await world.close();
  await source.close();
});
beforeEach(async () => {
  client = await world.newClient();
});
afterEach(() => source.release());

const followers = () => world.app.get(RunFollowers, { strict: false });
const logOf = (runId: string) => `/v1/runs/${runId}/logs`;

/** Asks for a run that reads until this row and then waits for the source. */
async function heldRun(row: number): Promise<string> {
  source.hold(row);
  const { syncId } = await connectShop(client, source, { pageSize: 10 });
  const { body } = await client.api('POST', `/v1/syncs/${syncId}/runs`, { type: 'full' });
  return body.id;
}

describe('the stream of an active run', () => {
  it('tells what happens as it happens, on whichever process', async () => {
    const runId = await heldRun(20);
    const reader = await follow(world, client, logOf(runId));
    await reader.line('1 page, 10 records: 10 created.');
    await reader.event(({ event, data }) => event === 'progress' && data.orders?.fetched === 20, 'progress of 2 pages');
    expect(reader.isOver).toBe(false);
    source.release();
    await reader.over();
    expect(reader.isWhole).toBe(true);
    expect(reader.messages.at(-1)).toBe('Succeeded: 40 created.');
    const ids = reader.events.flatMap(({ id }) => (id === undefined ? [] : [Number(id)]));
    expect(ids).toEqual(ids.map((_, index) => index + 1));
    expect(reader.events.at(-1)).toMatchObject({ event: 'end', data: { state: 'completed' } });
  });

  it('shows what a run waits for while it waits, before its first page', async () => {
    const runId = await heldRun(0);
    const reader = await follow(world, client, logOf(runId));
    await reader.line('Taken by a worker: attempt 1.');
    await reader.line('Reading orders (full).');
    expect((await client.api('GET', `/v1/runs/${runId}`)).body.progress).toEqual({});
    source.release();
    await reader.over();
  });

  it('misses nothing and repeats nothing for a reader that was cut off', async () => {
    const runId = await heldRun(20);
    const first = await follow(world, client, logOf(runId));
    await first.line('1 page');
    first.close();
    const seen = first.events.filter(({ event }) => event === 'log');
    source.release();
    const second = await follow(world, client, logOf(runId), { 'last-event-id': seen.at(-1)?.id ?? '' });
    await second.over();
    const { body } = await client.api('GET', logOf(runId));
    expect([...first.messages, ...second.messages]).toEqual(body.data.map((line: { message: string }) => line.message));
  });

  it('ends when the run is gone', async () => {
    const runId = await heldRun(20);
    const reader = await follow(world, client, logOf(runId));
    await reader.line('1 page');
    const { body } = await client.api('GET', `/v1/runs/${runId}`);
    await client.api('DELETE', `/v1/syncs/${body.syncId}`);
    await reader.over();
    expect([reader.isWhole, reader.events.at(-1)?.event]).toEqual([true, 'progress']);
  });
});

describe('readers', () => {
  it('leave nothing behind when they go', async () => {
    const runId = await heldRun(20);
    const readers = await Promise.all([1, 2, 3].map(() => follow(world, client, logOf(runId))));
    expect(followers().isIdle).toBe(false);
    for (const reader of readers) reader.close();
    await eventually(() => followers().isIdle, { what: 'no readers, no timer, no query' });
  });

  it('are 20 of a client at most; others are not kept out, and a place that is left is free', async () => {
    const runId = await heldRun(20);
    const readers: EventReader[] = [];
    for (let n = 0; n < MOST; n += 1) readers.push(await follow(world, client, logOf(runId)));
    const stream = { accept: 'text/event-stream' };
    const refused = await client.api('GET', logOf(runId), undefined, stream);
    expect(refused).toMatchObject({ status: 429, body: { code: 'stream_limit_reached' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await client.api('GET', logOf(runId))).status).toBe(200);
    const stranger = await world.newClient();
    const { syncId } = await connectShop(stranger, source);
    const { body } = await stranger.api('POST', `/v1/syncs/${syncId}/runs`, { type: 'full' });
    readers.push(await follow(world, stranger, logOf(body.id)));
    readers[0]?.close();
    readers.push(await eventually(() => follow(world, client, logOf(runId)).catch(() => false as const)));
    for (const reader of readers) reader.close();
  });

  it('that do not read are not told more until they do', async () => {
    const runId = await heldRun(20);
    const sockets: Socket[] = [];
    world.app.getHttpServer().on('connection', (socket: Socket) => sockets.push(socket));
    const slow = await slowReader(runId);
    await eventually(() => sockets.some((socket) => socket.bytesWritten > 0), { what: 'a beginning' });
    const lines = 6_000;
    await query(
      world.database.superuserUrl,
      `insert into run_log (client_id, run_id, sequence, at, level, message)
       select client_id, id, 1000 + n, now(), 'info', repeat('x', 4000) from run, generate_series(1, $2) n where id = $1`,
      [runId, lines],
    );
    await eventually(() => sockets.some((socket) => socket.writableLength > 0), { what: 'a full socket' });
    source.release();
    await eventually(async () => (await client.api('GET', `/v1/runs/${runId}`)).body.state === 'completed');
    // 24 MB wait in the database; what one look brings waits here.
    expect(Math.max(...sockets.map((socket) => socket.writableLength))).toBeLessThan(5_000_000);
    slow.resume();
    const text = await slow.text();
    expect(text.match(/^id: /gm)?.length).toBeGreaterThanOrEqual(lines);
    const ids = [...text.matchAll(/^id: (\d+)/gm)].map(([, id]) => Number(id));
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(text).toContain('event: end');
  });

  it('end when the process stops, and it waits for none of them', async () => {
    const other = await startWorld({ database });
    const runId = await heldRun(20);
    const reader = await follow(other, client, logOf(runId));
    const deaf = await slowReader(runId, other);
    await reader.line('1 page');
    await other.close();
    await reader.over();
    expect(reader.isWhole).toBe(true);
    deaf.close();
  });
});

/** A reader that takes nothing from its socket until it is told to. */
async function slowReader(runId: string, { baseUrl } = world) {
  const { hostname, port } = new URL(baseUrl);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.pause();
  const head = [`GET ${logOf(runId)} HTTP/1.1`, 'host: x', `authorization: Bearer ${client.apiKey}`];
  socket.write([...head, 'accept: text/event-stream', 'connection: close', '', ''].join('\r\n'));
  const chunks: Buffer[] = [];
  return {
    resume: () => void socket.on('data', (chunk: Buffer) => chunks.push(chunk)).resume(),
    close: () => socket.destroy(),
    text: async () => {
      await once(socket, 'close');
      return Buffer.concat(chunks).toString('utf8');
    },
  };
}
