import { Injectable } from '@nestjs/common';
import { SourceError } from '../../domain/run/source-error.js';
import { earlier, plus, toIso, type Instant } from '../../domain/time/instant.js';
import { Clock } from '../../ports/clock.js';
import type { DelegatingConnector, Assignment } from '../../ports/delegating-connector.js';
import { Database } from '../../ports/database.js';
import type { Progress } from '../../ports/runs.js';
import { AbortNotice } from '../handler/abort-notice.js';
import { finishedBy } from '../handler/reported-result.js';
import { AssignRun } from './assign-run.js';
import type { RunInHand } from './run-in-hand.js';
import type { PulledRun } from './pull-run.js';
import { AbortRequested, ConnectionUnlinked, RunLost } from './run-interruptions.js';

const NOTHING_TO_READ: PulledRun = { outcome: { kind: 'synced', records: 0 }, progress: {} };

/** Hands a run to the client's own code, which executes and reports it. */
@Injectable()
export class DelegateRun {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly assignments: AssignRun,
    private readonly notice: AbortNotice,
  ) {}

  /** How the run ended; undefined where it was accepted and is reported later. Throws as PullRun does. */
  async execute(inHand: RunInHand, executor: DelegatingConnector, signal: AbortSignal): Promise<PulledRun | undefined> {
    try {
      const assignment = await this.prepare(inHand, executor);
      return assignment ? await this.handOver({ inHand, executor, assignment }, signal) : NOTHING_TO_READ;
    } catch (error) {
      if (!(error instanceof SourceError) || signal.aborted) throw error;
      return { outcome: { kind: 'failed', failure: error.failure }, progress: await this.reportedSoFar(inHand) };
    }
  }

  /** Undefined where there is nothing to read yet. */
  private async prepare(inHand: RunInHand, executor: DelegatingConnector): Promise<Assignment | undefined> {
    const { clientId, owner, started } = inHand;
    const now = await this.clock.now();
    const deadline = plus(now, executor.patience(started.connection.settings).duration);
    const progress = progressOf(inHand);
    const assignment = await this.assignments.of(inHand, executor, { deadline, progress });
    if (!assignment) return undefined;
    const prepared = await this.database.asClient(clientId, ({ handlerRuns }) =>
      handlerRuns.prepare(owner, { deadline, progress }),
    );
    if (!prepared) throw new RunLost(owner.runId);
    return assignment;
  }

  private async handOver(step: HandoverStep, signal: AbortSignal): Promise<PulledRun | undefined> {
    const { inHand, executor, assignment } = step;
    try {
      const handover = await executor.start(assignment, signal);
      if (handover.kind === 'done') {
        const progress = await this.reportedSoFar(inHand);
        return finishedBy(handover.report, { executor, assignment: { ...assignment, progress } });
      }
      await this.accept(inHand, executor, assignment.deadline);
      return undefined;
    } catch (error) {
      const reason: unknown = signal.aborted ? signal.reason : error;
      // It may have begun all the same.
      if (reason instanceof AbortRequested || reason instanceof ConnectionUnlinked)
        this.notice.send(executor, assignment);
      throw error;
    }
  }

  /** Lets go of the run, unless it has been reported already: a handler may be faster than its own answer. */
  private async accept(inHand: RunInHand, executor: DelegatingConnector, deadline: Instant): Promise<void> {
    const { clientId, owner, started, log } = inHand;
    const now = await this.clock.now();
    const until = earlier(plus(now, executor.patience(started.connection.settings).silence), deadline);
    log.add('info', `Accepted by the handler, which has until ${toIso(until)} for the next sign of life.`, { at: now });
    const accepted = await log.keep((lines) =>
      this.database.asClient(clientId, async ({ handlerRuns, runLogs }) => {
        const saved = await handlerRuns.accept(owner, until);
        if (saved !== 'lost') await runLogs.add([{ clientId, runId: owner.runId, lines }]);
        return saved;
      }),
    );
    if (accepted === 'abort_requested') throw new AbortRequested(owner.runId);
  }

  /** A handler may report before it answers, and even where it then does not take the run. */
  private async reportedSoFar({ clientId, owner }: RunInHand): Promise<Progress> {
    const run = await this.database.asClient(clientId, ({ runs }) => runs.find(owner.runId));
    return run?.progress ?? {};
  }
}

interface HandoverStep {
  readonly inHand: RunInHand;
  readonly executor: DelegatingConnector;
  readonly assignment: Assignment;
}

/** Counts go with a checkpoint: a handler that has none to go on from begins at nothing. */
const progressOf = ({ started: { checkpoint, run } }: RunInHand): Progress =>
  checkpoint.at === undefined ? {} : run.progress;
