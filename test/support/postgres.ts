import { randomBytes } from 'node:crypto';
import { Client, escapeIdentifier, type QueryResultRow } from 'pg';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of the server that test/support/cluster.ts starts. */
    superuserUrl: string;
    ownerUrl: string;
  }
}

export interface TestDatabase {
  /** Connects as the owner of the tables, as the product does. */
  readonly url: string;
  /** Connects as superuser, who sees every row: for checks behind the product's back. */
  readonly superuserUrl: string;
  drop(): Promise<void>;
}

/** A fresh, migrated database, copied from the template in tens of milliseconds. */
export const createTestDatabase = (): Promise<TestDatabase> => createDatabase('meridian');

/** A database with nothing in it: for other servers' data. */
export const createEmptyDatabase = (): Promise<TestDatabase> => createDatabase('template0');

async function createDatabase(template: 'meridian' | 'template0'): Promise<TestDatabase> {
  // Only here: whoever brings a database of his own uses this file without vitest.
  const { inject } = await import('vitest');
  const [owner, superuser] = [inject('ownerUrl'), inject('superuserUrl')];
  const name = `test_${randomBytes(6).toString('hex')}`;
  await query(superuser, `create database ${name} template ${template} owner meridian`);
  return {
    url: withDatabase(owner, name),
    superuserUrl: withDatabase(superuser, name),
    drop: () => query(superuser, `drop database if exists ${name} with (force)`).then(() => undefined),
  };
}

/** Runs one statement as superuser on `url` and answers its rows. */
export async function query<Row extends QueryResultRow>(
  url: string,
  sql: string,
  parameters: unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql, parameters)).rows;
  } finally {
    await client.end();
  }
}

/** Does `work` while nobody else can read or write a table: what gets done then did not need it. */
export async function whileLocked(
  url: string,
  table: string,
  work: (unlock: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`begin; lock table ${escapeIdentifier(table)} in access exclusive mode`);
    await work(async () => {
      await client.query('rollback');
    });
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.toString();
}
