import { Injectable, Logger } from '@nestjs/common';
import { DatabaseUnavailable } from '../../domain/database-unavailable.js';
import type { RunFailure, RunOutcome } from '../../domain/run/settlement.js';
import { SECOND } from '../../domain/time/instant.js';
import { Ticks } from '../../platform/ticks.js';
import { Clock } from '../../ports/clock.js';
import { Database } from '../../ports/database.js';
import type { OverdueRun } from '../../ports/handler-runs.js';
import { notLinked } from '../execute/run-connection.js';
import { SettleRuns, type EndedRun } from '../settle/settle-runs.js';

/** Most runs settled in one transaction; the next second takes the next ones. */
const BATCH = 500;

/** Settles runs whose handler has not answered in time, and those it is not to go on with. */
@Injectable()
export class SettleOverdue {
  private readonly logger = new Logger('handler');

  constructor(
    ticks: Ticks,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly settle: SettleRuns,
  ) {
    ticks.every('overdue-handler-runs', SECOND, () => this.tick());
  }

  /** Takes the runs first, so that an answer in the same moment either comes before or is refused. */
  async tick(): Promise<void> {
    const now = await this.clock.now();
    const overdue = await this.database.asDispatcher(({ overdueRuns }) => overdueRuns.take(now, BATCH));
    const ended = overdue.map(endOf);
    try {
      if (ended.length > 0) await this.settle.execute(ended);
    } catch (error) {
      if (error instanceof DatabaseUnavailable || ended.length === 1) throw error;
      await this.oneByOne(ended);
    }
  }

  /** One that cannot be settled must not keep the others, of other clients too, from it. */
  private async oneByOne(ended: readonly EndedRun[]): Promise<void> {
    for (const run of ended) {
      await this.settle.execute([run]).catch((error: unknown) => {
        this.logger.error({ err: error, runId: run.runId }, 'An overdue run cannot be settled.');
      });
    }
  }
}

const endOf = ({ clientId, runId, token, progress, because }: OverdueRun): EndedRun => ({
  clientId,
  runId,
  token,
  progress,
  outcome: outcomeOf(because),
  reported: {},
});

function outcomeOf(because: OverdueRun['because']): RunOutcome {
  switch (because) {
    case 'aborted':
      return { kind: 'aborted' };
    case 'unlinked':
      return { kind: 'failed', failure: notLinked('unlinked').failure };
    case 'silent':
      return { kind: 'failed', failure: timeout('The handler gave no sign of life for longer than its timeout.') };
    case 'pastDeadline':
      return { kind: 'failed', failure: timeout('The handler took longer than a run may take in all.') };
  }
}

const timeout = (message: string): RunFailure => ({
  code: 'handler_timeout',
  class: 'transient',
  message,
  details: [message],
});
