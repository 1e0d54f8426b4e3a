import { createServer } from 'node:http';
import { fc } from '@fast-check/vitest';
import jsonServer from 'json-server';
import { afterEach, describe, expect, it } from 'vitest';
import type { RestModel } from '../../src/connectors/rest/rest-settings.js';
import { instant, toIso, type Instant } from '../../src/domain/time/instant.js';
import { close, listen } from '../support/list-source.js';
import { ids, pages, pullAll, pullInPieces, restConnector } from '../support/pulling.js';

/** json-server: a widely used REST server that is not ours. Its `_lte` takes the end in. */
const orders: RestModel = {
  path: 'orders',
  updatedAtField: 'updatedAt',
  createdAtField: 'createdAt',
  filter: { from: 'updatedAt_gte', to: 'updatedAt_lte' },
  sort: { _sort: 'updatedAt,id', _order: 'asc,asc' },
  pagination: { type: 'page', pageParam: '_page', sizeParam: '_limit', totalHeader: 'X-Total-Count' },
  pageSize: 7,
};
const byOffset: RestModel = { ...orders, pagination: { type: 'offset', offsetParam: '_start', sizeParam: '_limit' } };
const byLink: RestModel = { ...orders, query: { _page: '1' }, pagination: { type: 'link', sizeParam: '_limit' } };

interface Order {
  readonly id: number;
  readonly updatedAt: string;
  readonly createdAt: string;
  readonly total: number;
}

const DAY_ONE = instant('2026-01-01T00:00:00Z');
const at = (minutes: number): Instant => (DAY_ONE + minutes * 60_000) as Instant;
const order = (id: number, minutes: number): Order => ({
  id,
  total: id * 10,
  createdAt: toIso(DAY_ONE),
  updatedAt: toIso(at(minutes)),
});

let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.map((end) => end()));
  closing = [];
});

/** json-server with these orders, and a connection that lists them in each way it offers. */
async function shopWith(list: readonly Order[]) {
  const app = jsonServer.create();
  app.use(jsonServer.defaults({ logger: false }));
  app.use(jsonServer.router({ orders: list }));
  const server = createServer(app);
  const baseUrl = await listen(server);
  closing.push(() => close(server));
  const settings = { baseUrl, models: { items: orders, offset: byOffset, link: byLink } };
  const connector = restConnector([baseUrl]);
  return {
    baseUrl,
    pull: (model: string, from: number, to: number) => ({
      connector,
      settings,
      model,
      window: { start: at(from), finish: at(to) },
    }),
  };
}

const edit = (baseUrl: string, id: number, minutes: number) =>
  fetch(`${baseUrl}/orders/${id}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ updatedAt: toIso(at(minutes)) }),
  });

describe.each(['items', 'offset', 'link'])('json-server, listed as %s', (model) => {
  it('gives each change to one of two adjacent periods, at the edge to the later', async () => {
    const shop = await shopWith([...Array(40).keys()].map((id) => order(id + 1, Math.floor(id / 4) * 10)));
    const first = await pullAll(shop.pull(model, 0, 50));
    const second = await pullAll(shop.pull(model, 50, 100));
    expect(first.map(({ updatedAt }) => updatedAt)).not.toContain(at(50));
    expect(second[0]?.updatedAt).toBe(at(50));
    const all = ids([...first, ...second]).map(Number);
    expect(all.toSorted((a, b) => a - b)).toEqual([...Array(40).keys()].map((id) => id + 1));
  });

  it('loses no record when others are edited while it is read', async () => {
    const shop = await shopWith([...Array(60).keys()].map((id) => order(id + 1, id)));
    const seen: string[] = [];
    let edited = 0;
    for await (const page of pages(shop.pull(model, 0, 60))) {
      seen.push(...ids(page.records));
      if (edited < 20) await edit(shop.baseUrl, (edited += 1), 70 + edited);
    }
    expect(new Set(seen.map(Number))).toEqual(new Set([...Array(60).keys()].map((id) => id + 1)));
    const later = await pullAll(shop.pull(model, 60, 100));
    expect(later).toHaveLength(edited);
  });

  it('is taken up again after every page', async () => {
    const shop = await shopWith([...Array(50).keys()].map((id) => order(id + 1, id % 5)));
    const pieces = await pullInPieces(shop.pull(model, 0, 60));
    expect(
      ids(pieces)
        .map(Number)
        .toSorted((a, b) => a - b),
    ).toEqual([...Array(50).keys()].map((id) => id + 1));
  });

  it('covers random data exactly, whatever the edges', async () => {
    const orderList = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(orderList, fc.integer({ min: 1, max: 30 }), async (minutes, edge) => {
        const shop = await shopWith(minutes.map((minute, index) => order(index + 1, minute)));
        const found = [...(await pullAll(shop.pull(model, 0, edge))), ...(await pullAll(shop.pull(model, edge, 31)))];
        expect(
          ids(found)
            .map(Number)
            .toSorted((a, b) => a - b),
        ).toEqual(minutes.map((_, index) => index + 1));
      }),
      { numRuns: 25 },
    );
  });
});

it('reads the fields it was told of, and the total', async () => {
  const shop = await shopWith([order(1, 3), order(2, 4)]);
  const found = [];
  for await (const page of pages(shop.pull('items', 0, 60))) found.push(page);
  expect(found[0]).toEqual({
    total: 2,
    records: [
      { id: '1', data: order(1, 3), updatedAt: at(3), createdAt: DAY_ONE },
      { id: '2', data: order(2, 4), updatedAt: at(4), createdAt: DAY_ONE },
    ],
  });
});

it('says what json-server can do: all of it incrementally', async () => {
  const shop = await shopWith([]);
  const { connector, settings } = shop.pull('items', 0, 1);
  expect(connector.models({ ...settings })).toContainEqual({
    name: 'items',
    capabilities: {
      sort: true,
      page: true,
      filter: true,
      incremental: true,
      total: true,
      updatedAt: true,
      createdAt: true,
      announcesChanges: false,
    },
  });
});
