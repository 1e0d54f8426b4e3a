import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createDataSource } from '../../src/storage/data-source.js';
import { catalogueOf } from '../support/catalogue.js';
import { createTestDatabase, query, type TestDatabase } from '../support/postgres.js';

describe('the migrated schema', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('forces row-level security on every table of a client', async () => {
    const rows = await query<{ table: string }>(
      database.superuserUrl,
      `select c.relname as "table" from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public' and c.relkind in ('r', 'p')
          and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'client_id')
          and not (c.relrowsecurity and c.relforcerowsecurity)`,
    );
    expect(rows).toEqual([]);
  });
});

describe('every migration', () => {
  const name = `empty_${randomBytes(6).toString('hex')}`;
  const at = (url: string) => Object.assign(new URL(url), { pathname: `/${name}` }).toString();
  let dataSource: DataSource;

  beforeEach(async () => {
    await query(inject('superuserUrl'), `create database ${name} template template0 owner meridian`);
    dataSource = createDataSource({ url: at(inject('ownerUrl')), poolSize: 1, onIdleError: () => undefined });
    await dataSource.initialize();
  });
  afterEach(async () => {
    await dataSource.destroy();
    await query(inject('superuserUrl'), `drop database ${name} with (force)`);
  });

  it('is undone by its down, and done again by its up', async () => {
    const runner = dataSource.createQueryRunner();
    const catalogue = () => catalogueOf(at(inject('superuserUrl')));
    expect(dataSource.migrations.length).toBeGreaterThan(0);
    for (const migration of dataSource.migrations) {
      const before = await catalogue();
      await migration.up(runner);
      const after = await catalogue();
      expect(after, `${migration.name} does something`).not.toEqual(before);
      await migration.down(runner);
      expect(await catalogue(), `${migration.name} is undone`).toEqual(before);
      await migration.up(runner);
      expect(await catalogue(), `${migration.name} is done again`).toEqual(after);
    }
    await runner.release();
  });

  it('goes back to an empty database in one sweep', async () => {
    const empty = await catalogueOf(at(inject('superuserUrl')));
    await dataSource.runMigrations({ transaction: 'each' });
    const full = await catalogueOf(at(inject('superuserUrl')));
    for (const _ of dataSource.migrations) await dataSource.undoLastMigration();
    expect(await catalogueOf(at(inject('superuserUrl')))).toEqual(empty);
    await dataSource.runMigrations({ transaction: 'each' });
    expect(await catalogueOf(at(inject('superuserUrl')))).toEqual(full);
  });
});
