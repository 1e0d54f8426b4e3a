import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { conflict, notFound } from '../../domain/problem.js';
import { Clock } from '../../ports/clock.js';
import { Database } from '../../ports/database.js';
import type { Run } from '../../ports/runs.js';
import { SettleRuns } from '../settle/settle-runs.js';

/** Stops a run: at once when it waits, at its next page or within a second or two when it runs. */
@Injectable()
export class AbortRun {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly settle: SettleRuns,
  ) {}

  /** Throws 404 for an unknown run and 409 `run_finished` for one that is over. */
  async execute(clientId: string, runId: string): Promise<Run> {
    const now = await this.clock.now();
    const state = await this.database.asClient(clientId, ({ runs }) => runs.requestAbort(runId, now));
    if (state === undefined) throw notFound();
    if (state !== 'created' && state !== 'running') throw conflict('run_finished', `The run is ${state} already.`);
    if (state === 'created') await this.endWaiting(clientId, runId);
    const run = await this.database.asClient(clientId, ({ runs }) => runs.find(runId));
    if (!run) throw notFound();
    return run;
  }

  /** Takes the run as a worker would, and ends it. A worker that takes it first finds the request instead. */
  private async endWaiting(clientId: string, runId: string): Promise<void> {
    const owner = { runId, token: randomUUID() };
    const now = await this.clock.now();
    const started = await this.database.asClient(clientId, ({ runs }) => runs.start(owner, now));
    if (!started) return;
    await this.settle.execute([{ ...owner, clientId, outcome: { kind: 'aborted' }, progress: started.run.progress }]);
  }
}
