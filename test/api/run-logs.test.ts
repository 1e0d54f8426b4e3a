import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { follow } from '../support/event-reader.js';
import { eventually } from '../support/eventually.js';
import { connectShop } from '../support/shop-of-a-company.js';
import { Source } from '../support/source.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const ROWS = 25;

let source: Source;
let world: World;
let client: TestClient;
let runId: string;
let path: string;
beforeAll(async () => {
  source = await Source.start();
  for (let n = 0; n < ROWS; n += 1)
    source.rows.push({ id: `o${n}`, updatedAt: new Date(Date.UTC(2026, 0, 2, 0, 0, n)).toISOString() });
  world = await startWorld({ roles: 'api,dispatcher,worker', outboundAllow: [source.origin] });
  client = await world.newClient();
  const { syncId } = await connectShop(client, source, { pageSize: 10 });
  runId = (await client.api('POST', `/v1/syncs/${syncId}/runs`, { type: 'full' })).body.id;
  path = `/v1/runs/${runId}/logs`;
  await eventually(async () => (await client.api('GET', `/v1/runs/${runId}`)).body.state === 'completed', {
    what: 'a finished run',
  });
});
afterAll(async () => {
  await world.close();
  await source.close();
});

const lines = async (query = '') => (await client.api('GET', `${path}${query}`)).body.data;
const messages = async (query = '') => (await lines(query)).map(({ message }: { message: string }) => message);

describe('the log of a run', () => {
  it('tells from its creation to its settlement what happened, oldest first', async () => {
    expect(await messages()).toEqual([
      expect.stringMatching(/^Asked for by key_\w+ \(full\): everything up to 20/),
      'Taken by a worker: attempt 1.',
      'Reading orders (full).',
      '1 page, 10 records: 10 created.',
      'Finished orders: 4 pages, 25 records: 25 created.',
      'Succeeded: 25 created.',
    ]);
    const numbers = (await lines()).map(({ sequence }: { sequence: number }) => sequence);
    expect(numbers).toEqual(numbers.map((_: number, index: number) => index + 1));
  });

  it('tells the figures by name as well', async () => {
    const finished = (await lines()).find(({ message }: { message: string }) => message.startsWith('Finished'));
    expect(finished).toMatchObject({ level: 'info', model: 'orders', data: { pages: 4, fetched: 25, created: 25 } });
  });

  it('is read page by page', async () => {
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const more: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await client.api('GET', `${path}?limit=4${more}`);
      found.push(...body.data.map(({ message }: { message: string }) => message));
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(found).toEqual(await messages());
  });

  it('is filtered by model and by least level', async () => {
    expect(await messages('?model=orders')).toHaveLength(3);
    expect(await messages('?model=products')).toEqual([]);
    expect(await messages('?level=debug')).toHaveLength(6);
    expect(await messages('?level=warn')).toEqual([]);
  });

  it('refuses what it cannot read', async () => {
    const { body } = await client.api('GET', `${path}?limit=1`);
    const cursor = encodeURIComponent(body.nextCursor);
    const refusals = [
      [`?level=loud`, {}, 'invalid_parameter'],
      [`?level=info&level=warn`, {}, 'invalid_parameter'],
      [`?model=`, {}, 'invalid_parameter'],
      [`?since=1`, {}, 'invalid_parameter'],
      [`?level=info&cursor=${cursor}`, {}, 'invalid_cursor'],
      ['', { accept: 'text/event-stream', 'last-event-id': 'x' }, 'invalid_parameter'],
      ['', { accept: 'text/event-stream', 'last-event-id': '-1' }, 'invalid_parameter'],
    ] as const;
    for (const [query, headers, code] of refusals) {
      expect(await client.api('GET', `${path}${query}`, undefined, headers)).toMatchObject({
        status: 400,
        body: { code },
      });
    }
  });

  it.each(['application/json', 'text/event-stream'])('of no run is 404, asked for as %s', async (accept) => {
    for (const id of [`run_${'0'.repeat(26)}`, 'nonsense'])
      expect((await client.api('GET', `/v1/runs/${id}/logs`, undefined, { accept })).status).toBe(404);
    const stranger = await world.newClient('Stranger');
    expect((await stranger.api('GET', path, undefined, { accept })).status).toBe(404);
  });
});

describe('the stream of a run that is over', () => {
  it('gives its lines, its progress and its end at once', async () => {
    const reader = await follow(world, client, path);
    await reader.over();
    expect(reader.isWhole).toBe(true);
    expect(reader.messages).toEqual(await messages());
    expect(reader.events.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5', '6', undefined, undefined]);
    expect(reader.events.slice(-2)).toEqual([
      {
        event: 'progress',
        data: { orders: expect.objectContaining({ pages: 4, fetched: 25, total: null, fraction: 1 }) },
      },
      {
        event: 'end',
        data: { state: 'completed', statusCode: 2000, status: 'Data written', errorMessage: null },
      },
    ]);
    expect(reader.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    });
  });

  it('goes on after the line its reader saw last, or where a page ended', async () => {
    const resumed = await follow(world, client, path, { 'last-event-id': '4' });
    await resumed.over();
    expect(resumed.events.map(({ id, event }) => id ?? event)).toEqual(['5', '6', 'progress', 'end']);
    const { body } = await client.api('GET', `${path}?limit=3`);
    const after = await follow(world, client, `${path}?cursor=${encodeURIComponent(body.nextCursor)}`);
    await after.over();
    expect(after.events.map(({ id, event }) => id ?? event)).toEqual(['4', '5', '6', 'progress', 'end']);
  });

  it('is filtered as a page is', async () => {
    const reader = await follow(world, client, `${path}?model=orders`);
    await reader.over();
    expect(reader.messages).toEqual(await messages('?model=orders'));
  });

  it.each([
    ['text/event-stream', 'text/event-stream'],
    ['text/event-stream, */*;q=0.1', 'text/event-stream'],
    ['application/json, text/event-stream;q=0.5', 'application/json'],
    ['*/*', 'application/json'],
    ['text/html', 'application/json'],
  ])('is what Accept: %s asks for: %s', async (accept, type) => {
    const { headers } = await client.api('GET', path, undefined, { accept });
    expect(headers.get('content-type')).toContain(type);
  });

  it('has no body for HEAD', async () => {
    const headers = { authorization: `Bearer ${client.apiKey}`, accept: 'text/event-stream' };
    const answer = await fetch(`${world.baseUrl}${path}`, { method: 'HEAD', headers });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });
});
