import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import { JobQueue } from '../ports/job-queue.js';
import { Schema } from '../ports/schema.js';
import type { BossJobs } from './boss-jobs.js';
import { StoreFactory } from './store-factory.js';
import { TypeormDatabase } from './typeorm-database.js';
import { TypeormSchema } from './typeorm-schema.js';

export interface OpenStorage {
  readonly dataSource: DataSource;
  readonly jobs: BossJobs;
  readonly clock: Clock;
}

/** Binds the ports to one open storage. Opening and closing it is the business of whoever starts the app. */
@Global()
@Module({})
export class StorageModule {
  static for({ dataSource, jobs, clock }: OpenStorage): DynamicModule {
    return {
      module: StorageModule,
      providers: [
        { provide: Database, useValue: new TypeormDatabase(dataSource, new StoreFactory(jobs)) },
        { provide: Clock, useValue: clock },
        { provide: JobQueue, useValue: jobs },
        { provide: Schema, useValue: new TypeormSchema(dataSource) },
      ],
      exports: [Database, Clock, JobQueue, Schema],
    };
  }
}
