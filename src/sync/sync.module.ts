import { Module, type DynamicModule } from '@nestjs/common';
import type { Config } from '../platform/config.js';
import { AbortRun } from './request/abort-run.js';
import { ActiveRuns } from './execute/active-runs.js';
import { PageWriter } from './execute/page-writer.js';
import { PullRun } from './execute/pull-run.js';
import { RequestRun } from './request/request-run.js';
import { RunWorker } from './execute/run-worker.js';
import { RunsController } from './runs.controller.js';
import { SettleRuns } from './settle/settle-runs.js';

/** Runs: asked for in an api process, executed and settled in a worker. */
@Module({})
export class SyncModule {
  static for({ roles }: Config): DynamicModule {
    return {
      module: SyncModule,
      controllers: roles.has('api') ? [RunsController] : [],
      providers: [
        SettleRuns,
        ...(roles.has('api') ? [RequestRun, AbortRun] : []),
        ...(roles.has('worker') ? [PageWriter, PullRun, ActiveRuns, RunWorker] : []),
      ],
    };
  }
}
