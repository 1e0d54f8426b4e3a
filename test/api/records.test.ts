import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Instant } from '../../src/domain/time/instant.js';
import { instant } from '../../src/domain/time/instant.js';
import { Database } from '../../src/ports/database.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const NOW = instant('2026-03-01T12:00:00Z');

let world: World;
let client: TestClient;
let connectionId: string;
beforeAll(async () => {
  world = await startWorld();
  client = await world.newClient();
  connectionId = await aConnection(client);
});
afterAll(() => world.close());

async function aConnection({ api }: TestClient): Promise<string> {
  const company = await api('POST', '/v1/companies', { name: 'Corner Shop' });
  const body = { platform: 'rest', name: 'Till', settings: { baseUrl: 'https://shop.example.com/' } };
  const connection = await api('POST', `/v1/companies/${company.body.id}/connections`, body);
  return connection.body.id as string;
}

/** Stores records as a run would. */
const store = (ids: readonly string[], options: { readonly model?: string; readonly now?: Instant } = {}) =>
  world.app.get(Database).asClient(client.clientId, ({ records }) =>
    records.save(
      {
        connectionId,
        model: options.model ?? 'orders',
        runId: 'run_1',
        records: ids.map((id) => ({ id, data: { id, at: options.now ?? NOW } })),
      },
      options.now ?? NOW,
    ),
  );

const path = (query = '') => `/v1/connections/${connectionId}/records${query}`;
const idsIn = (answer: { readonly body: { readonly data: readonly { readonly id: string }[] } }) =>
  answer.body.data.map(({ id }) => id);

describe('GET /v1/connections/{connectionId}/records', () => {
  it('gives a cursor before there is anything, and what came since with it', async () => {
    const empty = await client.api('GET', path());
    expect(empty).toMatchObject({ status: 200, body: { data: [], hasMore: false } });
    await store(['a', 'b', 'c']);
    const first = await client.api('GET', path(`?limit=2&cursor=${empty.body.nextCursor}`));
    expect(idsIn(first)).toEqual(['a', 'b']);
    expect(first.body.hasMore).toBe(true);
    const second = await client.api('GET', path(`?limit=2&cursor=${first.body.nextCursor}`));
    expect(idsIn(second)).toEqual(['c']);
    expect(second.body.hasMore).toBe(false);
    const nothingNew = await client.api('GET', path(`?cursor=${second.body.nextCursor}`));
    expect(nothingNew.body).toEqual({ data: [], nextCursor: second.body.nextCursor, hasMore: false });
    await store(['d'], { model: 'products' });
    expect(idsIn(await client.api('GET', path(`?cursor=${nothingNew.body.nextCursor}`)))).toEqual(['d']);
  });

  it('narrows to a model and to what changed since an instant', async () => {
    await store(['late'], { model: 'refunds', now: instant('2026-03-02T12:00:00Z') });
    expect(idsIn(await client.api('GET', path('?model=refunds')))).toEqual(['late']);
    expect(idsIn(await client.api('GET', path('?modifiedSince=2026-03-02T13:00:00%2B01:00')))).toEqual(['late']);
    expect(idsIn(await client.api('GET', path('?modifiedSince=2026-03-02T12:00:00.001Z')))).toEqual([]);
  });

  it('shows a key __proto__ as the data it is', async () => {
    const data = JSON.parse('{"__proto__": {"polluted": true}}') as Record<string, unknown>;
    await world.app
      .get(Database)
      .asClient(client.clientId, ({ records }) =>
        records.save({ connectionId, model: 'odd', runId: 'run_1', records: [{ id: '1', data }] }, NOW),
      );
    const answer = await fetch(`${world.baseUrl}${path('?model=odd')}`, {
      headers: { authorization: `Bearer ${client.apiKey}` },
    });
    expect(await answer.text()).toContain('"data":{"__proto__":{"polluted":true}}');
  });

  it.each([
    ['?modifiedSince=yesterday', 'invalid_parameter'],
    ['?modifiedSince=2026-03-02', 'invalid_parameter'],
    ['?modifiedSince=1969-12-31T23:59:59Z', 'invalid_parameter'],
    ['?limit=0', 'invalid_parameter'],
    ['?limit=201', 'invalid_parameter'],
    ['?model=', 'invalid_parameter'],
    ['?since=1', 'invalid_parameter'],
    ['?cursor=MTA', 'invalid_cursor'],
  ])('refuses %s', async (query, code) => {
    expect(await client.api('GET', path(query))).toMatchObject({ status: 400, body: { code } });
  });

  it('refuses a cursor of another model or connection', async () => {
    const { body } = await client.api('GET', path('?model=orders'));
    expect(await client.api('GET', path(`?cursor=${body.nextCursor}`))).toMatchObject({
      body: { code: 'invalid_cursor' },
    });
    const other = await aConnection(client);
    const answer = await client.api('GET', `/v1/connections/${other}/records?model=orders&cursor=${body.nextCursor}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } });
  });

  it('knows no connection of another client, nor one that is no id', async () => {
    const other = await world.newClient('Other');
    expect((await other.api('GET', path())).status).toBe(404);
    expect((await client.api('GET', '/v1/connections/con_1/records')).status).toBe(404);
  });
});
