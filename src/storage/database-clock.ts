import type { DataSource } from 'typeorm';
import { DatabaseUnavailable } from '../domain/database-unavailable.js';
import type { Instant } from '../domain/time/instant.js';
import { Clock } from '../ports/clock.js';
import { isUnavailable } from './database-errors.js';

/** The database's clock. `clock_timestamp()`, because `now()` stands still in a transaction. */
export class DatabaseClock extends Clock {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  override async now(): Promise<Instant> {
    try {
      const rows = await this.dataSource.query<{ now: Date }[]>('select clock_timestamp()::timestamptz(3) as now');
      const [row] = rows;
      if (!row) throw new Error('The database did not tell the time.');
      return row.now.getTime() as Instant;
    } catch (error) {
      throw isUnavailable(error) ? new DatabaseUnavailable({ cause: error }) : error;
    }
  }
}
