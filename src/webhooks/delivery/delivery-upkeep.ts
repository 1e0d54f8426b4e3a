import { Injectable, Logger } from '@nestjs/common';
import { DAY, MINUTE, plus } from '../../domain/time/instant.js';
import { Config } from '../../platform/config.js';
import { Ticks } from '../../platform/ticks.js';
import { Clock } from '../../ports/clock.js';
import { Database } from '../../ports/database.js';

/** How long messages are kept, with their deliveries and attempts. */
const KEPT = 30 * DAY;
/** Most messages forgotten in one transaction. */
const BATCH = 1_000;
/** How long something is overdue before its job counts as lost: longer than a turn of the endpoint lasts. */
const LOST_AFTER = 2 * MINUTE;

/** Forgets old messages, and wakes endpoints whose job was lost. */
@Injectable()
export class DeliveryUpkeepTicks {
  private readonly logger = new Logger('deliver');

  constructor(
    config: Config,
    ticks: Ticks,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    if (!config.roles.has('worker')) return;
    ticks.every('endpoints-without-job', MINUTE, () => this.wake());
    ticks.every('old-messages', 10 * MINUTE, (signal) => this.forget(signal));
  }

  /** Gives a new job to endpoints that have lost theirs. */
  async wake(): Promise<void> {
    const now = await this.clock.now();
    await this.database.asDispatcher(async ({ deliveryUpkeep, jobs }) =>
      jobs.enqueueDeliveries(await deliveryUpkeep.withoutJob(plus(now, -LOST_AFTER))),
    );
  }

  /** A batch after another, so that nobody waits for a long one. What is still to be sent stays. */
  async forget(signal: AbortSignal): Promise<void> {
    const before = plus(await this.clock.now(), -KEPT);
    for (let total = 0; !signal.aborted;) {
      const forgotten = await this.database.asDispatcher(({ deliveryUpkeep }) =>
        deliveryUpkeep.deleteBefore(before, BATCH),
      );
      total += forgotten;
      if (forgotten === BATCH) continue;
      if (total > 0) this.logger.log(`Forgot ${total} messages of more than 30 days ago.`);
      return;
    }
  }
}
