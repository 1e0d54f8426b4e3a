import type { DataSource } from 'typeorm';
import { DatabaseUnavailable } from '../domain/database-unavailable.js';
import { Schema } from '../ports/schema.js';
import { isUnavailable } from './database-errors.js';

export class TypeormSchema extends Schema {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  /** By count: `showMigrations` of TypeORM writes to the log and takes a query for each. */
  override async isCurrent(): Promise<boolean> {
    try {
      const [row] = await this.dataSource.query<{ count: number }[]>(
        'select count(*)::integer as count from migration',
      );
      return (row?.count ?? 0) >= this.dataSource.migrations.length;
    } catch (error) {
      throw isUnavailable(error) ? new DatabaseUnavailable({ cause: error }) : error;
    }
  }
}
