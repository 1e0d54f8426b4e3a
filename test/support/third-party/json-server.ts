import { createServer } from 'node:http';
import jsonServer from 'json-server';
import { toIso } from '../../../src/domain/time/instant.js';
import { close, listen } from '../list-source.js';
import { ask, send, type ThirdPartyServer } from './third-party-server.js';

interface Order {
  readonly id: string;
  readonly title: string;
}

/** json-server: filters by `_gte` and `_lte` (which takes the end in), sorts, and gives the next page in a Link header. */
export async function startJsonServer(): Promise<ThirdPartyServer> {
  const app = jsonServer.create();
  app.use(jsonServer.defaults({ logger: false }));
  app.use(jsonServer.router({ orders: [] }));
  const server = createServer(app);
  const origin = await listen(server);
  const orders = async () => (await ask<{ readonly orders: readonly Order[] }>(`${origin}/db`))?.orders ?? [];
  return {
    settings: {
      baseUrl: origin,
      models: {
        orders: {
          path: 'orders',
          updatedAtField: 'updatedAt',
          query: { _page: '1' },
          filter: { from: 'updatedAt_gte', to: 'updatedAt_lte' },
          sort: { _sort: 'updatedAt,id', _order: 'asc,asc' },
          pagination: { type: 'link', sizeParam: '_limit', totalHeader: 'X-Total-Count' },
          pageSize: 10,
        },
      },
    },
    put: async (id, title, at) => {
      const known = (await orders()).some((order) => order.id === id);
      const order = { id, title, updatedAt: toIso(at) };
      await (known ? send('PUT', `${origin}/orders/${id}`, order) : send('POST', `${origin}/orders`, order));
    },
    remove: (id) => send('DELETE', `${origin}/orders/${id}`),
    content: async () => new Map((await orders()).map(({ id, title }) => [id, title])),
    titleOf: ({ title }) => title,
    close: () => close(server),
  };
}
