import { Injectable } from '@nestjs/common';
import { DAY, HOUR, plus } from '../../domain/time/instant.js';
import { Config } from '../../platform/config.js';
import { Ticks } from '../../platform/ticks.js';
import { Clock } from '../../ports/clock.js';
import { Database } from '../../ports/database.js';

const KEPT = 30 * DAY;
/** Lines deleted in one transaction: some tens of milliseconds. */
const BATCH = 5_000;

/** Forgets log lines that are older than 30 days; the runs themselves stay. */
@Injectable()
export class ForgetLogs {
  constructor(
    config: Config,
    ticks: Ticks,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    if (config.roles.has('dispatcher')) ticks.every('forget-run-logs', HOUR, (signal) => this.execute(signal));
  }

  async execute(signal?: AbortSignal): Promise<void> {
    const before = plus(await this.clock.now(), -KEPT);
    for (let deleted = BATCH; deleted === BATCH;) {
      if (signal?.aborted === true) return;
      deleted = await this.database.asDispatcher(({ runLogs }) => runLogs.deleteBefore(before, BATCH));
    }
  }
}
