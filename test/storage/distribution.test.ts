import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, query, type TestDatabase } from '../support/postgres.js';
import { FOUND_BY_SECRET, OF_NO_CLIENT } from '../support/shared-tables.js';

/** Written once and never looked up by row: a key would be one more write for each run. */
const WITHOUT_KEY = ['ended_run'];

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const names = async (sql: string): Promise<readonly string[]> =>
  (await query<{ name: string }>(database.superuserUrl, sql)).map(({ name }) => name);

const OURS = `
  select c.oid, c.relname, a.attnum from pg_class c
    left join pg_attribute a on a.attrelid = c.oid and a.attname = 'client_id'
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`;

describe('the schema can be distributed by client', () => {
  it('every table has the client, but those that belong to none', async () => {
    expect(await names(`select relname as name from (${OURS}) t where attnum is null order by 1`)).toEqual(
      OF_NO_CLIENT,
    );
  });

  it('every table of a client has a primary key', async () => {
    const without = await names(
      `select relname as name from (${OURS}) t where attnum is not null
          and not exists (select from pg_index i where i.indrelid = t.oid and i.indisprimary)`,
    );
    expect(without).toEqual(WITHOUT_KEY);
  });

  it('the client is in whatever must be unique or must not overlap, but where a secret finds the row', async () => {
    const apart = await names(
      `select i.indexrelid::regclass::text as name from (${OURS}) t join pg_index i on i.indrelid = t.oid
        where t.attnum is not null and (i.indisunique or i.indisexclusion) and not t.attnum = any (i.indkey) order by 1`,
    );
    expect(apart).toEqual(FOUND_BY_SECRET);
  });

  it('every reference leads to a row of the same client, or to the client', async () => {
    const keys = await query<{ name: string; stays: boolean }>(
      database.superuserUrl,
      `select k.conname as name,
              exists (select from unnest(k.conkey, k.confkey) as pair (own, theirs)
                        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = pair.own and a.attname = 'client_id'
                        join pg_attribute b on b.attrelid = k.confrelid and b.attnum = pair.theirs
                       where b.attname = case when k.confrelid = 'client'::regclass then 'id' else 'client_id' end) as stays
         from pg_constraint k where k.contype = 'f' and k.connamespace = 'public'::regnamespace`,
    );
    expect(keys.length).toBeGreaterThan(15);
    expect(keys.filter(({ stays }) => !stays)).toEqual([]);
  });
});
