import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { conflict, found } from '../../domain/problem.js';
import { makeId } from '../../platform/new-id.js';
import { Clock } from '../../ports/clock.js';
import { Database } from '../../ports/database.js';
import type { Run } from '../../ports/runs.js';
import { TakeBackRun } from '../handler/take-back-run.js';
import { SettleRuns } from '../settle/settle-runs.js';

/** Stops a run: at once when it waits or a handler has it, in the middle of a page or a wait when it runs, within a second or two. */
@Injectable()
export class AbortRun {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly settle: SettleRuns,
    private readonly takeBack: TakeBackRun,
  ) {}

  /**
   * Answers the run, or the attempt that a failed run waited for, which is aborted in its stead. Throws 404 for an
   * unknown run and 409 `run_finished` for one that is over.
   */
  async execute(clientId: string, runId: string): Promise<Run> {
    const now = await this.clock.now();
    const state = found(await this.database.asClient(clientId, ({ runs }) => runs.requestAbort(runId, now)));
    if (state === 'errored') return this.abortNextAttempt(clientId, runId);
    if (state !== 'created' && state !== 'running') throw conflict('run_finished', `The run is ${state} already.`);
    if (state === 'created') await this.endWaiting(clientId, runId);
    else await this.takeBack.execute(clientId, runId);
    return this.read(clientId, runId);
  }

  /** The period of a failed run that is to be tried again waits for no worker: nothing would ever see a request. */
  private async abortNextAttempt(clientId: string, runId: string): Promise<Run> {
    const now = await this.clock.now();
    const attempt = await this.database.asClient(clientId, async ({ syncs, runs }) => {
      const failed = found(await runs.find(runId));
      // Whoever plans or starts a run of the sync waits, so the period cannot be taken by two.
      await syncs.lockChain(failed.syncId);
      return runs.insertNextAttempt(runId, makeId('run', now), now);
    });
    if (!attempt) throw conflict('run_finished', 'The run is errored already, and is not to be tried again.');
    await this.endWaiting(clientId, attempt.id);
    return this.read(clientId, attempt.id);
  }

  /** Takes the run as a worker would, and ends it. A worker that takes it first finds the request instead. */
  private async endWaiting(clientId: string, runId: string): Promise<void> {
    const owner = { runId, token: randomUUID() };
    const now = await this.clock.now();
    const started = await this.database.asClient(clientId, ({ runs }) => runs.start(owner, now));
    if (!started) return;
    await this.settle.execute([{ ...owner, clientId, outcome: { kind: 'aborted' }, progress: started.run.progress }]);
  }

  private async read(clientId: string, runId: string): Promise<Run> {
    return found(await this.database.asClient(clientId, ({ runs }) => runs.find(runId)));
  }
}
