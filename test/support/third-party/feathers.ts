import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express, { errorHandler, json, rest } from '@feathersjs/express';
import { feathers } from '@feathersjs/feathers';
import { KnexService } from '@feathersjs/knex';
import knex from 'knex';
import { toIso } from '../../../src/domain/time/instant.js';
import { close } from '../list-source.js';
import { createEmptyDatabase } from '../postgres.js';
import { ask, send, type ThirdPartyServer } from './third-party-server.js';

interface Product {
  readonly id: string;
  readonly title: string;
  readonly updatedAt: string;
}

/** Most products on a page, whatever is asked for. */
const MOST = 10;

/**
 * A Feathers API over PostgreSQL: filters by `[$gte]` and `[$lt]`, pages by `$skip` and `$limit`, tells the total.
 */
export async function startFeathers(): Promise<ThirdPartyServer> {
  const database = await createEmptyDatabase();
  const products = knex({ client: 'pg', connection: database.url });
  await products.schema.createTable('products', (table) => {
    table.text('id').primary();
    table.text('title').notNullable();
    table.timestamp('updatedAt', { precision: 3 }).notNullable();
  });
  const app = express.default(feathers());
  app.use(json());
  app.configure(rest());
  app.use('products', new KnexService({ Model: products, name: 'products', paginate: { default: MOST, max: MOST } }));
  app.use(errorHandler({ logger: false }));
  const server = await app.listen(0, '127.0.0.1');
  if (!server.listening) await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    settings: {
      baseUrl: origin,
      models: {
        products: {
          path: 'products',
          recordsPath: 'data',
          updatedAtField: 'updatedAt',
          filter: { from: 'updatedAt[$gte]', to: 'updatedAt[$lt]' },
          sort: { '$sort[updatedAt]': '1', '$sort[id]': '1' },
          pagination: { type: 'offset', offsetParam: '$skip', sizeParam: '$limit', totalPath: 'total' },
          pageSize: 50,
        },
      },
    },
    put: async (id, title, at) => {
      const product = { title, updatedAt: toIso(at) };
      const known = (await ask(`${origin}/products/${id}`)) !== undefined;
      await (known
        ? send('PATCH', `${origin}/products/${id}`, product)
        : send('POST', `${origin}/products`, { id, ...product }));
    },
    remove: (id) => send('DELETE', `${origin}/products/${id}`),
    content: async () => {
      const rows = await products<Product>('products').select('id', 'title');
      return new Map(rows.map(({ id, title }) => [id, title]));
    },
    titleOf: ({ title }) => title,
    close: async () => {
      await close(server);
      await products.destroy();
      await database.drop();
    },
  };
}
