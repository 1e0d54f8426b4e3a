import { expect, it } from 'vitest';
import { checkAftermath } from '../support/catch-up/check-aftermath.js';
import { liveThroughOutages, type OutageOptions } from '../support/catch-up/outage.js';
import { createTestDatabase } from '../support/postgres.js';

it.each<Omit<OutageOptions, 'database'>>([
  { catchUp: 'collapse', syncs: 200, clients: 4, days: 60, concurrency: 8 },
  { catchUp: 'each', syncs: 12, clients: 3, days: 60, concurrency: 8 },
])(
  'after $days days without it, $syncs syncs $catchUp what they missed: all of it, in order, within the caps, and nobody else waits',
  async (size) => {
    const database = await createTestDatabase();
    try {
      const options = { ...size, database };
      const { findings, figures } = await checkAftermath(await liveThroughOutages(options), options);
      process.stdout.write(`${size.catchUp}: ${JSON.stringify(figures)}\n`);
      expect(findings).toEqual([]);
    } finally {
      await database.drop();
    }
  },
  600_000,
);
