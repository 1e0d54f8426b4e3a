import { Client, escapeIdentifier } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientTables, fillTables, insertOf, textOf } from '../support/client-rows.js';
import { createTestDatabase, query, type TestDatabase } from '../support/postgres.js';
import { FOUND_BY_SECRET, OF_NO_CLIENT } from '../support/shared-tables.js';

const A = `cli_${'0'.repeat(25)}a`;
const B = `cli_${'0'.repeat(25)}b`;
const REFUSED = '42501';
const NO_SUCH_ROW = '23503';

/** Rows of clients that the clients' own transactions may not touch at all. */
const OPERATORS_ALONE: readonly string[] = ['api_key', 'client_turn'];

let database: TestDatabase;
let tables: readonly string[];
beforeAll(async () => {
  database = await createTestDatabase();
  tables = (await clientTables(database.superuserUrl)).filter((name) => !OPERATORS_ALONE.includes(name));
  for (const clientId of [A, B]) await fillTables(database.superuserUrl, clientId);
});
afterAll(() => database.drop());

/** Runs statements as the role that a client's transactions run as, and takes them back. */
async function asApp<T>(clientId: string | undefined, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(`select set_config('role', 'meridian_app', true)`);
    if (clientId !== undefined) await client.query(`select set_config('app.client_id', $1, true)`, [clientId]);
    return await work(client);
  } finally {
    await client.query('rollback');
    await client.end();
  }
}

const codeOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? 'unknown',
  );
const codeAsApp = (text: string, values: readonly unknown[] = []) =>
  codeOf(asApp(A, (client) => client.query(text, [...values])));
const catalogue = (sql: string) => query<Record<string, unknown>>(database.superuserUrl, sql);

describe('a client’s transaction', () => {
  it('sees the client’s own row of each table, and no other', async () => {
    expect(tables.length).toBeGreaterThan(11);
    await asApp(A, async (client) => {
      for (const table of tables) {
        const { rows } = await client.query(`select client_id from ${escapeIdentifier(table)}`);
        expect([table, rows]).toEqual([table, [{ client_id: A }]]);
        expect((await client.query(`select from ${escapeIdentifier(table)} where client_id = $1`, [B])).rowCount).toBe(
          0,
        );
      }
      expect((await client.query('select id from client')).rows).toEqual([{ id: A }]);
    });
  });

  it.each([undefined, ''])('sees nothing when the client is %j', async (clientId) => {
    await asApp(clientId, async (client) => {
      for (const table of ['client', ...tables]) {
        expect([table, (await client.query(`select from ${escapeIdentifier(table)}`)).rowCount]).toEqual([table, 0]);
      }
    });
  });

  it('changes and deletes no row of another client', async () => {
    await asApp(A, async (client) => {
      for (const table of tables) {
        const changed = await client.query(
          `update ${escapeIdentifier(table)} set client_id = $1 where client_id = $2`,
          [A, B],
        );
        const deleted = await client.query(`delete from ${escapeIdentifier(table)} where client_id = $1`, [B]);
        expect([table, changed.rowCount, deleted.rowCount]).toEqual([table, 0, 0]);
      }
      expect((await client.query('update client set name = name where id = $1', [B])).rowCount).toBe(0);
    });
  });

  it('writes no row for another client, and hands none over', async () => {
    for (const table of tables) {
      const { text, values } = await insertOf(database.superuserUrl, table, B);
      expect([table, await codeAsApp(text, values)]).toEqual([table, REFUSED]);
      expect([table, await codeAsApp(`update ${escapeIdentifier(table)} set client_id = $1`, [B])]).toEqual([
        table,
        REFUSED,
      ]);
    }
    expect(await codeAsApp('update client set id = $1', [B])).toBe(REFUSED);
  });

  it('neither reads nor makes keys, and makes and deletes no client', async () => {
    for (const table of OPERATORS_ALONE) {
      expect(await codeAsApp(`select from ${escapeIdentifier(table)}`)).toBe(REFUSED);
      const { text, values } = await insertOf(database.superuserUrl, table, A);
      expect(await codeAsApp(text, values)).toBe(REFUSED);
    }
    const { text, values } = await insertOf(database.superuserUrl, 'client', 'cli_new');
    expect(await codeAsApp(text, values)).toBe(REFUSED);
    expect(await codeAsApp('delete from client')).toBe(REFUSED);
  });

  it.each([
    'alter table company disable row level security',
    'drop policy rows_of_the_client on company',
    'truncate company',
    'drop table company',
  ])('cannot %s', async (sql) => {
    expect(await codeAsApp(sql)).toBe(REFUSED);
  });
});

describe('connections of many clients, looked at in one go', () => {
  const lookAt = (client: Client, pairs: readonly (readonly [string, string])[]) =>
    client.query<{ client_id: string; id: string }>('select client_id, id from connections_of_clients($1, $2)', [
      pairs.map(([clientId]) => clientId),
      pairs.map(([, id]) => id),
    ]);

  it('are those of each client, and leave no client behind', async () => {
    await asApp('', async (client) => {
      const { rows } = await lookAt(client, [
        [A, textOf(A)],
        [B, textOf(B)],
      ]);
      expect(new Set(rows.map(({ id }) => id))).toEqual(new Set([textOf(A), textOf(B)]));
      expect((await client.query('select from connection')).rowCount).toBe(0);
    });
  });

  it('are none of another client, whose ids are known', async () => {
    await asApp('', async (client) => {
      expect((await lookAt(client, [[A, textOf(B)]])).rows).toEqual([]);
    });
  });
});

describe('the dispatcher', () => {
  it.each([
    'select credentials from connection',
    'select settings from connection',
    `select * from connections_of_clients('{cli}', '{con}')`,
    'select secrets from webhook_endpoint',
  ])('cannot %s', async (sql) => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      await client.query('set role meridian_dispatcher');
      expect(await codeOf(client.query(sql))).toBe(REFUSED);
    } finally {
      await client.end();
    }
  });
});

describe('a reference', () => {
  it('never leads to another client’s row', async () => {
    const keys = await query<{ name: string; table: string; column: string }>(
      database.superuserUrl,
      `select k.conname as name, k.conrelid::regclass::text as "table", a.attname as "column"
         from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[2]
        where k.contype = 'f' and k.connamespace = 'public'::regnamespace`,
    );
    expect(keys.length).toBeGreaterThan(10);
    for (const { name, table, column } of keys) {
      // Row-level security does not look at references: even the superuser, who sees B's row, is refused.
      const change = query(
        database.superuserUrl,
        `update ${table} set ${escapeIdentifier(column)} = $1 where client_id = $2`,
        [textOf(B), A],
      );
      expect([name, await codeOf(change)]).toEqual([name, NO_SUCH_ROW]);
    }
  });
});

describe('the catalogue', () => {
  it('has no table that is neither a client’s nor known to belong to none', async () => {
    const rows = await catalogue(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'm', 'f')`,
    );
    const known = [...tables, ...OPERATORS_ALONE, ...OF_NO_CLIENT];
    expect(new Set(rows.map(({ name }) => name))).toEqual(new Set(known));
  });

  it('forces row-level security on every table of clients', async () => {
    const rows = await catalogue(
      `select c.relname from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)
          and (c.relname = 'client' or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'client_id'))`,
    );
    expect(rows).toEqual([]);
  });

  it('checks what is written wherever a policy lets rows be written', async () => {
    const rows = await catalogue(
      `select tablename, policyname from pg_policies
        where schemaname = 'public' and cmd in ('ALL', 'INSERT', 'UPDATE') and with_check is null`,
    );
    expect(rows).toEqual([]);
  });

  it('leads every primary key, unique index and reference by the client', async () => {
    const indexes = await catalogue(
      `select i.indexrelid::regclass::text as name
         from pg_index i join pg_class c on c.oid = i.indrelid
         join pg_attribute k on k.attrelid = c.oid and k.attname = 'client_id'
        where c.relnamespace = 'public'::regnamespace and i.indisunique and i.indkey[0] <> k.attnum`,
    );
    expect(new Set(indexes.map(({ name }) => name))).toEqual(new Set(FOUND_BY_SECRET));
    const references = await catalogue(
      `select k.conname from pg_constraint k
         join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
         join pg_attribute b on b.attrelid = k.confrelid and b.attnum = k.confkey[1]
        where k.contype = 'f' and k.connamespace = 'public'::regnamespace
          and not (a.attname = 'client_id' and (b.attname = 'client_id' or k.confrelid = 'client'::regclass))`,
    );
    expect(references).toEqual([]);
  });

  it('gives the product no role that row-level security does not bind', async () => {
    const owner = new URL(database.url).username;
    const roles = await query<Record<string, unknown>>(
      database.superuserUrl,
      `select rolname, rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname like 'meridian%' or rolname = $1`,
      [owner],
    );
    expect(roles.map(({ rolname }) => rolname)).toEqual(
      expect.arrayContaining(['meridian_app', 'meridian_dispatcher', 'meridian_operator', owner]),
    );
    expect(roles.filter(({ rolsuper, rolbypassrls }) => rolsuper === true || rolbypassrls === true)).toEqual([]);
  });

  it('makes none of the three working roles an owner, and none a member of another', async () => {
    const owned = await catalogue(
      `select relname from pg_class where pg_get_userbyid(relowner) in ('meridian_app', 'meridian_dispatcher', 'meridian_operator')`,
    );
    const members = await catalogue(
      `select roleid::regrole::text from pg_auth_members
        where member::regrole::text in ('meridian_app', 'meridian_dispatcher', 'meridian_operator')`,
    );
    expect([owned, members]).toEqual([[], []]);
  });

  it('has no view and no function that would look with its owner’s eyes', async () => {
    const views = await catalogue(
      `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'v'
          and not coalesce(reloptions @> '{security_invoker=true}', false)`,
    );
    const functions = await catalogue(
      `select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef`,
    );
    expect([views, functions]).toEqual([[], []]);
  });
});
