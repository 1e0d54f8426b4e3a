import { Injectable } from '@nestjs/common';
import { Ticks } from '../../platform/ticks.js';
import { Database } from '../../ports/database.js';
import type { RunToStop } from '../../ports/dispatch.js';
import type { RunJob } from '../../ports/job-queue.js';
import { AbortRequested, ConnectionUnlinked, RunLost } from './run-interruptions.js';

/** The runs in this process's hands. Asks once a second whether one of them is to stop, whoever decided it, anywhere. */
@Injectable()
export class ActiveRuns {
  private readonly runs = new Map<string, { readonly job: RunJob; readonly controller: AbortController }>();

  constructor(
    ticks: Ticks,
    private readonly database: Database,
  ) {
    ticks.every('runs-to-stop', 1_000, () => this.stopRuns());
  }

  /** The signal aborts with AbortRequested, ConnectionUnlinked or RunLost when the run is to stop. */
  add(job: RunJob): AbortSignal {
    const controller = new AbortController();
    this.runs.set(job.runId, { job, controller });
    return controller.signal;
  }

  remove(job: RunJob): void {
    this.runs.delete(job.runId);
  }

  private async stopRuns(): Promise<void> {
    if (this.runs.size === 0) return;
    const jobs = [...this.runs.values()].map(({ job }) => job);
    const stopped = await this.database.asDispatcher(({ dispatch }) => dispatch.toStop(jobs));
    for (const run of stopped) this.runs.get(run.runId)?.controller.abort(interruptionOf(run));
  }
}

function interruptionOf({ runId, because }: RunToStop): Error {
  if (because === 'abort_requested') return new AbortRequested(runId);
  return because === 'deleted' ? new RunLost(runId) : new ConnectionUnlinked(runId);
}
