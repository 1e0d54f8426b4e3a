import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DatabaseUnavailable } from '../../domain/database-unavailable.js';
import { JobHandedBack } from '../../domain/run/job-handed-back.js';
import type { RunFailure, RunOutcome } from '../../domain/run/settlement.js';
import { Counters } from '../../platform/counters.js';
import { Config } from '../../platform/config.js';
import { Database } from '../../ports/database.js';
import { JobQueue, type ClaimedJob, type RunJob } from '../../ports/job-queue.js';
import { takenMessage } from '../logs/taken-message.js';
import { WaitingLines } from '../logs/waiting-lines.js';
import { ActiveRuns } from './active-runs.js';
import { ExecuteRun } from './execute-run.js';
import type { RunInHand } from './run-in-hand.js';
import type { PulledRun } from './pull-run.js';
import { notLinked } from './run-connection.js';
import { AbortRequested, ConnectionUnlinked, RunLost } from './run-interruptions.js';
import { SettleTogether } from '../settle/settle-together.js';
import { StartRuns } from './start-runs.js';

/** Takes run jobs and executes them: start, execute, settle. */
@Injectable()
export class RunWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('worker');
  private readonly stopping = new AbortController();

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly queue: JobQueue,
    private readonly active: ActiveRuns,
    private readonly waiting: WaitingLines,
    private readonly executeRun: ExecuteRun,
    private readonly counters: Counters,
    private readonly starts: StartRuns,
    private readonly settlements: SettleTogether,
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
    const inHand = await this.starts.start(data);
    // Finished or deleted in the meantime: the job has nothing left to do.
    if (!inHand) return;
    this.counters.runsStarted.inc();
    const abort = this.active.add(data);
    this.waiting.add(inHand);
    try {
      const stop = AbortSignal.any([signal, this.stopping.signal, abort]);
      inHand.log.add('info', takenMessage(inHand.started));
      const execution = await this.executeOrStop(inHand, stop);
      // In other hands by now, which report its end.
      if (!execution) return;
      const { owner, started } = inHand;
      const ended = { ...owner, clientId: data.clientId, takenOver: started.takenOver, ...execution };
      // Its lines are kept with its end.
      this.waiting.remove(inHand);
      await inHand.log.keep((lines) => this.settlements.settle({ ...ended, lines }));
    } catch (error) {
      if (!(error instanceof RunLost)) throw error;
      this.logger.warn(error.message);
    } finally {
      this.active.remove(data);
      this.waiting.remove(inHand);
    }
  }

  /** Ends a run that no worker could finish, so that its sync is not blocked for ever. */
  private async settleLost({ data }: ClaimedJob<RunJob>): Promise<void> {
    const inHand = await this.starts.start(data);
    if (!inHand) return;
    const { owner, started } = inHand;
    const outcome = { kind: 'failed', failure: workersLost } as const;
    await this.settlements.settle({ ...owner, clientId: data.clientId, outcome, progress: started.run.progress });
  }

  private async executeOrStop(inHand: RunInHand, signal: AbortSignal): Promise<PulledRun | undefined> {
    const { clientId, owner } = inHand;
    const { runId } = owner;
    try {
      return await this.executeRun.execute(inHand, signal);
    } catch (error) {
      const reason: unknown = signal.aborted && !(error instanceof RunLost) ? signal.reason : error;
      const stopped = outcomeOfStop(reason);
      const isExpected =
        stopped ?? (signal.aborted || error instanceof RunLost || error instanceof DatabaseUnavailable);
      const isFault = !isExpected;
      const outcome = isFault ? ({ kind: 'failed', failure: ourFault } as const) : stopped;
      if (!outcome) throw reason;
      if (isFault) this.logger.error({ err: error, runId }, 'A run failed by a fault of our own.');
      const saved = await this.database.asClient(clientId, ({ runs }) => runs.find(runId));
      return { outcome, progress: saved?.progress ?? {} };
    }
  }
}

/** How a run ends that was stopped by a decision; undefined where it goes on elsewhere. */
function outcomeOfStop(reason: unknown): RunOutcome | undefined {
  if (reason instanceof AbortRequested) return { kind: 'aborted' };
  return reason instanceof ConnectionUnlinked ? { kind: 'failed', failure: notLinked('unlinked').failure } : undefined;
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
