import { Injectable } from '@nestjs/common';
import { Ticks } from '../../platform/ticks.js';
import { Database } from '../../ports/database.js';
import type { RunJob } from '../../ports/job-queue.js';
import { AbortRequested } from './run-interruptions.js';

/** The runs in this process's hands. Asks once a second whether somebody, anywhere, wants one of them to stop. */
@Injectable()
export class ActiveRuns {
  private readonly runs = new Map<string, { readonly job: RunJob; readonly controller: AbortController }>();

  constructor(
    ticks: Ticks,
    private readonly database: Database,
  ) {
    ticks.every('abort-requests', 1_000, () => this.stopAborted());
  }

  /** The signal aborts with AbortRequested when the run is asked to stop. */
  add(job: RunJob): AbortSignal {
    const controller = new AbortController();
    this.runs.set(job.runId, { job, controller });
    return controller.signal;
  }

  remove(job: RunJob): void {
    this.runs.delete(job.runId);
  }

  private async stopAborted(): Promise<void> {
    if (this.runs.size === 0) return;
    const jobs = [...this.runs.values()].map(({ job }) => job);
    const aborted = await this.database.asDispatcher(({ dispatch }) => dispatch.abortRequested(jobs));
    for (const runId of aborted) this.runs.get(runId)?.controller.abort(new AbortRequested(runId));
  }
}
