import type { EntitySchema } from 'typeorm';
import { apiKeyTable } from './api-key.table.js';
import { clientTable } from './client.table.js';
import { companyTable } from './company.table.js';
import { connectionTable } from './connection.table.js';
import { flowSessionTable } from './flow-session.table.js';
import { webhookEndpointTable } from './webhook-endpoint.table.js';

/** Every table that is read and written row by row. The hot ones are plain SQL, in ../sql. */
export const tables: EntitySchema[] = [
  clientTable,
  apiKeyTable,
  companyTable,
  connectionTable,
  flowSessionTable,
  webhookEndpointTable,
];
