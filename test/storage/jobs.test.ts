import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, query, type TestDatabase } from '../support/postgres.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('lets no waiting job expire, however long the service is switched off', async () => {
  const queues = await query<{ name: string; years: number }>(
    database.superuserUrl,
    `select name, retention_seconds / 31536000 as years from pgboss.queue
      where name in ('run', 'lost-run', 'deliveries') order by name`,
  );
  expect(queues).toEqual(['deliveries', 'lost-run', 'run'].map((name) => ({ name, years: 10 })));
});
