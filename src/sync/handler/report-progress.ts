import { Injectable } from '@nestjs/common';
import { earlier, plus, type Instant } from '../../domain/time/instant.js';
import { notFound, validationFailed } from '../../domain/problem.js';
import { Clock } from '../../ports/clock.js';
import { ConnectorRegistry } from '../../ports/connector.js';
import { Database } from '../../ports/database.js';
import type { HandlerRun } from '../../ports/handler-runs.js';
import type { ClientStores } from '../../ports/stores.js';
import { executorOf, requireKnownModels } from './executor.js';
import { parseProgress, type ProgressReport } from './parse-report.js';
import { withCounts } from './read-counts.js';
import { superseded } from './superseded.js';

export interface ReportCommand {
  readonly clientId: string;
  readonly runId: string;
  readonly body: unknown;
}

/** What a handler is told about its run. */
export interface ProgressAnswer {
  readonly abortRequested: boolean;
  readonly awaitingUntil: Instant;
}

/** Takes a heartbeat: counts, a line of log, a checkpoint, and more time. */
@Injectable()
export class ReportProgress {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly connectors: ConnectorRegistry,
  ) {}

  /** Throws 422, 404 for an unknown run, and 409 run_superseded for a token that is not the run's. */
  async execute({ clientId, runId, body }: ReportCommand): Promise<ProgressAnswer> {
    const report = parseProgress(body);
    if (!report.ok) throw validationFailed(report.problems);
    const now = await this.clock.now();
    return this.database.asClient(clientId, async (stores) => {
      const held = await stores.handlerRuns.hold({ runId, token: report.value.token });
      if (held) return this.keep({ stores, held, report: report.value, clientId, now });
      throw (await stores.runs.find(runId)) ? superseded(runId) : notFound();
    });
  }

  private async keep({ stores, held, report, clientId, now }: HeartbeatStep): Promise<ProgressAnswer> {
    const executor = executorOf(this.connectors, held);
    requireKnownModels(executor, held, report.models);
    const awaitingUntil = earlier(plus(now, executor.patience(held.settings).silence), held.deadline);
    const { run } = held;
    const progress = withCounts(run.progress, report.models);
    await stores.handlerRuns.heartbeat(run.id, { progress, checkpoint: report.checkpoint, awaitingUntil });
    const lines = report.message === undefined ? [] : [{ at: now, level: 'info', message: report.message } as const];
    await stores.runLogs.add([{ clientId, runId: run.id, lines }]);
    return { abortRequested: run.abortRequestedAt !== undefined, awaitingUntil };
  }
}

interface HeartbeatStep {
  readonly stores: ClientStores;
  readonly held: HandlerRun;
  readonly report: ProgressReport;
  readonly clientId: string;
  readonly now: Instant;
}
