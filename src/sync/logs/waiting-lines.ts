import { Injectable } from '@nestjs/common';
import { SECOND } from '../../domain/time/instant.js';
import { Ticks } from '../../platform/ticks.js';
import { Database } from '../../ports/database.js';
import type { Ownership } from '../../ports/runs.js';
import type { RunLog } from './run-log.js';

interface LoggedRun {
  readonly clientId: string;
  readonly owner: Ownership;
  readonly log: RunLog;
}

/**
 * Keeps lines that wait for a page that does not come: what a run is waiting for should be seen while it waits.
 * A run that gets on needs nothing of this.
 */
@Injectable()
export class WaitingLines {
  private readonly runs = new Set<LoggedRun>();

  constructor(
    ticks: Ticks,
    private readonly database: Database,
  ) {
    ticks.every('waiting-log-lines', SECOND, () => this.keep());
  }

  add(run: LoggedRun): void {
    this.runs.add(run);
  }

  remove(run: LoggedRun): void {
    this.runs.delete(run);
  }

  private async keep(): Promise<void> {
    const late = [...this.runs].filter(({ log }) => log.hasWaited(SECOND));
    await Promise.all(late.map((run) => this.keepOf(run)));
  }

  private keepOf({ clientId, owner, log }: LoggedRun): Promise<void> {
    return log.keep((lines) =>
      this.database.asClient(clientId, async ({ runs, runLogs }) => {
        // Another worker's by now: what this one has to tell is void, as its pages are.
        if (await runs.hold(owner)) await runLogs.add([{ clientId, runId: owner.runId, lines }]);
      }),
    );
  }
}
