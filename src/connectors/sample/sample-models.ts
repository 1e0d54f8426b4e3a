import type { RestModel } from '../rest/rest-settings.js';

const common = {
  updatedAtField: 'updatedAt',
  createdAtField: 'createdAt',
  filter: { from: 'updated_since', to: 'updated_before' },
  sort: { sort: 'updatedAt,id' },
} as const satisfies Partial<RestModel>;

/** The sample shop's lists: each goes on in another way, as real APIs do. */
export const sampleModels = {
  orders: {
    ...common,
    path: 'orders',
    recordsPath: 'data',
    pagination: { type: 'page', pageParam: 'page', sizeParam: 'per_page', totalPath: 'total' },
    pageSize: 250,
  },
  products: {
    ...common,
    path: 'products',
    pagination: { type: 'offset', offsetParam: 'offset', sizeParam: 'limit', totalHeader: 'x-total-count' },
  },
  customers: {
    ...common,
    path: 'customers',
    recordsPath: 'customers',
    pagination: { type: 'cursor', cursorParam: 'after', cursorPath: 'next', sizeParam: 'first', totalPath: 'count' },
  },
  payments: {
    ...common,
    path: 'payments',
    pagination: { type: 'link', sizeParam: 'limit', totalHeader: 'x-total-count' },
    pageSize: 200,
  },
} as const satisfies Readonly<Record<string, RestModel>>;

export type SampleModel = keyof typeof sampleModels;
