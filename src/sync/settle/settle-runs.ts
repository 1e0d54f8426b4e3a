import { randomInt } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import type { Instant } from '../../domain/time/instant.js';
import type { RunOutcome } from '../../domain/run/settlement.js';
import { makeId } from '../../platform/new-id.js';
import { TimeZoneData } from '../../platform/time-zone-data.js';
import { Clock } from '../../ports/clock.js';
import { Database } from '../../ports/database.js';
import type { Ownership, Progress } from '../../ports/runs.js';
import type { SettlementContext, SettlementRows } from '../../ports/settlements.js';
import { decideSettlement, type DecidedSettlement } from './decide-settlement.js';
import { settledLine } from './settled-line.js';

/** A run that has ended in this process, still owned by it. */
export interface EndedRun extends Ownership {
  readonly clientId: string;
  readonly outcome: RunOutcome;
  readonly progress: Progress;
  /** When the source had been listed to the end. */
  readonly listedAt?: Instant;
}

/** Settles, chains and announces: one transaction for any number of runs, of any clients. */
@Injectable()
export class SettleRuns {
  private readonly logger = new Logger('settle');

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly timeZoneData: TimeZoneData,
  ) {}

  /** Answers the ids of the runs that were settled; one that was taken over in the meantime is left out. */
  async execute(ended: readonly EndedRun[]): Promise<readonly string[]> {
    const now = await this.clock.now();
    const decided = await this.database.asDispatcher(async ({ settlements, outbox, jobs }) => {
      const contexts = await settlements.load(ended);
      const all = contexts.map((context) => this.decide(context, ended, now));
      await settlements.save(combined(all), now);
      const deliveries = await outbox.publish(
        all.flatMap((one) => one.messages),
        now,
      );
      await jobs.enqueueDeliveries(deliveries);
      return all;
    });
    for (const one of decided) this.logger.log(settledLine(one.context, one.settlement, one.rows));
    return decided.map(({ context }) => context.run.id);
  }

  private decide(context: SettlementContext, ended: readonly EndedRun[], now: Instant): DecidedSettlement {
    const run = ended.find((one) => one.runId === context.run.id);
    if (!run) throw new Error(`Run ${context.run.id} was not asked for.`);
    return decideSettlement(
      { context, outcome: run.outcome, progress: run.progress, listedAt: run.listedAt },
      {
        periodId: makeId('per', now),
        messageId: makeId('msg', now),
        jitter: randomInt(2 ** 32) / 2 ** 32,
        timeZoneData: this.timeZoneData.version,
      },
      now,
    );
  }
}

function combined(all: readonly DecidedSettlement[]): SettlementRows {
  const rows = all.map((one) => one.rows);
  return {
    runs: rows.flatMap((one) => one.runs),
    periods: rows.flatMap((one) => one.periods),
    syncs: rows.flatMap((one) => one.syncs),
    deauthorized: rows.flatMap((one) => one.deauthorized),
    planned: rows.flatMap((one) => one.planned),
  };
}
