import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DatabaseUnavailable } from '../../domain/database-unavailable.js';
import { JobHandedBack } from '../../domain/run/job-handed-back.js';
import type { RunFailure } from '../../domain/run/settlement.js';
import { Config } from '../../platform/config.js';
import { Clock } from '../../ports/clock.js';
import { Database } from '../../ports/database.js';
import { JobQueue, type ClaimedJob, type RunJob } from '../../ports/job-queue.js';
import { RunLog } from '../logs/run-log.js';
import { ActiveRuns } from './active-runs.js';
import type { RunInHand } from './page-writer.js';
import { PullRun, type PulledRun } from './pull-run.js';
import { AbortRequested, RunLost } from './run-interruptions.js';
import { SettleRuns } from '../settle/settle-runs.js';

/** Takes run jobs and executes them: start, pull, settle. */
@Injectable()
export class RunWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('worker');
  private readonly stopping = new AbortController();

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly queue: JobQueue,
    private readonly active: ActiveRuns,
    private readonly pull: PullRun,
    private readonly settle: SettleRuns,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.queue.work('run', { concurrency: this.config.workerConcurrency }, (job) => this.execute(job));
    await this.queue.work('lost-run', { concurrency: 1 }, (job) => this.settleLost(job));
  }

  /** Runs in hand stop at their next page; their jobs go back and are taken up elsewhere from there. */
  beforeApplicationShutdown(): void {
    this.stopping.abort(new JobHandedBack());
  }

  /** Executes one job. Throws only when the job must be taken up again: the process stops, the database is away. */
  private async execute({ data, signal }: ClaimedJob<RunJob>): Promise<void> {
    const owner = { runId: data.runId, token: randomUUID() };
    const now = await this.clock.now();
    const started = await this.database.asClient(data.clientId, ({ runs }) => runs.start(owner, now));
    // Finished or deleted in the meantime: the job has nothing left to do.
    if (!started) return;
    const abort = this.active.add(data);
    try {
      const stop = AbortSignal.any([signal, this.stopping.signal, abort]);
      const inHand = { clientId: data.clientId, started, owner, log: new RunLog() };
      const { outcome, progress } = await this.pullOrStop(inHand, stop);
      await this.settle.execute([{ ...owner, clientId: data.clientId, outcome, progress }]);
    } catch (error) {
      if (!(error instanceof RunLost)) throw error;
      this.logger.warn(error.message);
    } finally {
      this.active.remove(data);
    }
  }

  /** Ends a run that no worker could finish, so that its sync is not blocked for ever. */
  private async settleLost({ data }: ClaimedJob<RunJob>): Promise<void> {
    const owner = { runId: data.runId, token: randomUUID() };
    const now = await this.clock.now();
    const started = await this.database.asClient(data.clientId, ({ runs }) => runs.start(owner, now));
    if (!started) return;
    const outcome = { kind: 'failed', failure: workersLost } as const;
    await this.settle.execute([{ ...owner, clientId: data.clientId, outcome, progress: started.run.progress }]);
  }

  private async pullOrStop(inHand: RunInHand, signal: AbortSignal): Promise<PulledRun> {
    const { clientId, owner } = inHand;
    const { runId } = owner;
    try {
      return await this.pull.execute(inHand, signal);
    } catch (error) {
      const reason: unknown = signal.aborted && !(error instanceof RunLost) ? signal.reason : error;
      const isFault = !signal.aborted && !(error instanceof RunLost) && !(error instanceof DatabaseUnavailable);
      if (!isFault && !(reason instanceof AbortRequested)) throw reason;
      if (isFault) this.logger.error({ err: error, runId }, 'A run failed by a fault of our own.');
      const saved = await this.database.asClient(clientId, ({ runs }) => runs.find(runId));
      const outcome = isFault ? { kind: 'failed' as const, failure: ourFault } : { kind: 'aborted' as const };
      return { outcome, progress: saved?.progress ?? {} };
    }
  }
}

/** What is told of a fault of ours; the log has the rest. */
const ourFault: RunFailure = {
  code: 'internal_error',
  class: 'transient',
  message: 'The run failed by a fault of Meridian; its log says more.',
  details: ['The run failed by a fault of Meridian; its log says more.'],
};

const workersLost: RunFailure = {
  code: 'worker_lost',
  class: 'transient',
  message: 'One worker after another was lost over this run.',
  details: ['One worker after another was lost over this run.'],
};
