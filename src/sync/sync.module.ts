import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { Config } from '../platform/config.js';
import { AbortRun } from './request/abort-run.js';
import { BulkRuns } from './request/bulk-runs.js';
import { MakeRun } from './request/make-run.js';
import { Rerun } from './request/rerun.js';
import { ActiveRuns } from './execute/active-runs.js';
import { AssignRun } from './execute/assign-run.js';
import { DelegateRun } from './execute/delegate-run.js';
import { ExecuteRun } from './execute/execute-run.js';
import { AbortNotice } from './handler/abort-notice.js';
import { EndRun } from './handler/end-run.js';
import { HandlerRunsController } from './handler/handler-runs.controller.js';
import { ReportProgress } from './handler/report-progress.js';
import { SettleOverdue } from './handler/settle-overdue.js';
import { TakeBackRun } from './handler/take-back-run.js';
import { CarryOver } from './execute/carry-over.js';
import { PageWriter } from './execute/page-writer.js';
import { PullRun } from './execute/pull-run.js';
import { ForgetLogs } from './logs/forget-logs.js';
import { RunFollowers } from './logs/run-followers.js';
import { RunLogsController } from './logs/run-logs.controller.js';
import { WaitingLines } from './logs/waiting-lines.js';
import { RunConnection } from './execute/run-connection.js';
import { RequestLatest } from './request/request-latest.js';
import { RequestRun } from './request/request-run.js';
import { RunRequests } from '../ports/run-requests.js';
import { RunWorker } from './execute/run-worker.js';
import { RunRequestsController } from './run-requests.controller.js';
import { RunsController } from './runs.controller.js';
import { SettleRuns } from './settle/settle-runs.js';
import { SettleTogether } from './settle/settle-together.js';
import { StartRuns } from './execute/start-runs.js';

/** Runs: asked for in an api process, executed and settled in a worker. */
@Global()
@Module({})
export class SyncModule {
  static for({ roles }: Config): DynamicModule {
    return {
      module: SyncModule,
      controllers: roles.has('api')
        ? [RunRequestsController, RunsController, RunLogsController, HandlerRunsController]
        : [],
      exports: roles.has('api') ? [RunRequests] : [],
      providers: [
        SettleRuns,
        RunConnection,
        AbortNotice,
        ForgetLogs,
        ...(roles.has('api')
          ? [
              MakeRun,
              RequestRun,
              { provide: RunRequests, useClass: RequestLatest },
              BulkRuns,
              Rerun,
              AbortRun,
              TakeBackRun,
              ReportProgress,
              EndRun,
              RunFollowers,
            ]
          : []),
        ...(roles.has('worker') || roles.has('dispatcher') ? [SettleOverdue] : []),
        ...(roles.has('worker')
          ? [
              StartRuns,
              WaitingLines,
              PageWriter,
              CarryOver,
              PullRun,
              AssignRun,
              DelegateRun,
              ExecuteRun,
              ActiveRuns,
              SettleTogether,
              RunWorker,
            ]
          : []),
      ],
    };
  }
}
