import type { Client } from '../ports/tenancy.js';
import { orUndefined, toInstant } from './columns.js';
import type { ClientRow } from './tables/client.table.js';

export const toClient = (row: ClientRow): Client => ({
  ...row,
  defaultSyncHour: orUndefined(row.defaultSyncHour),
  maxBackfill: orUndefined(row.maxBackfill),
  quietHours: orUndefined(row.quietHours),
  maxConcurrentRuns: orUndefined(row.maxConcurrentRuns),
  createdAt: toInstant(row.createdAt),
  updatedAt: toInstant(row.updatedAt),
});

/** Null, not undefined, for what is not set: TypeORM leaves out what is undefined. */
export const toClientRow = (client: Client): ClientRow => ({
  ...client,
  defaultSyncHour: client.defaultSyncHour ?? null,
  maxBackfill: client.maxBackfill ?? null,
  quietHours: client.quietHours ?? null,
  maxConcurrentRuns: client.maxConcurrentRuns ?? null,
  createdAt: new Date(client.createdAt),
  updatedAt: new Date(client.updatedAt),
});
