import { Client, escapeIdentifier } from 'pg';
import { query } from './postgres.js';

/** The tables of the product that hold rows of clients: all with a client_id. A new one is found by itself. */
export async function clientTables(superuserUrl: string): Promise<readonly string[]> {
  const rows = await query<{ name: string }>(
    superuserUrl,
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'client_id'
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`,
  );
  return rows.map(({ name }) => name);
}

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

interface Column {
  readonly name: string;
  readonly type: string;
}

/** An insert of one row of a client, with something in each column that needs it. */
export async function insertOf(superuserUrl: string, table: string, clientId: string): Promise<Statement> {
  const columns = await query<{ name: string; type: string }>(
    superuserUrl,
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped and attnotnull and not atthasdef`,
    [table],
  );
  const names = columns.map(({ name }) => escapeIdentifier(name));
  const places = columns.map((_, index) => `$${index + 1}`);
  return {
    text: `insert into ${escapeIdentifier(table)} (${names.join(', ')}) values (${places.join(', ')})`,
    values: columns.map((column) => valueFor(table, column, clientId)),
  };
}

/** What tells two clients' rows apart is in every text. */
export const textOf = (clientId: string): string => `text of ${clientId}`;

function valueFor(table: string, { name, type }: Column, clientId: string): unknown {
  if (name === 'client_id' || (table === 'client' && name === 'id')) return clientId;
  if (type.startsWith('timestamp')) return '2026-01-01T00:00:00Z';
  if (type === 'bytea') return Buffer.alloc(32, clientId);
  if (type === 'jsonb') return '{}';
  if (type === 'boolean') return false;
  if (type.endsWith('[]')) return [];
  return /int|real|numeric|double/.test(type) ? 1 : textOf(clientId);
}

/** Puts one row of a client into every table, without regard to checks and references. */
export async function fillTables(superuserUrl: string, clientId: string): Promise<void> {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    for (const table of ['client', ...(await clientTables(superuserUrl))]) {
      await dropChecks(client, table);
      await client.query('set session_replication_role = replica');
      const { text, values } = await insertOf(superuserUrl, table, clientId);
      await client.query(text, [...values]);
    }
  } finally {
    await client.end();
  }
}

async function dropChecks(client: Client, table: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select conname as name from pg_constraint where conrelid = $1::regclass and contype = 'c'`,
    [table],
  );
  for (const { name } of rows) {
    await client.query(`alter table ${escapeIdentifier(table)} drop constraint ${escapeIdentifier(name)}`);
  }
}
