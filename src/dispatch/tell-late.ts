import { Injectable, Logger } from '@nestjs/common';
import { lateEventOf } from '../domain/events/chain-events.js';
import { SECOND, type Instant } from '../domain/time/instant.js';
import { announce, type Announcement } from '../platform/announce.js';
import { Counters } from '../platform/counters.js';
import { Config } from '../platform/config.js';
import { Ticks } from '../platform/ticks.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import type { LatePeriod } from '../ports/dispatch.js';

/** Most periods told in one transaction; the next tick goes on. */
const BATCH = 1_000;

/** Tells a client, once, of each period that has not succeeded by its next due date. */
@Injectable()
export class TellLate {
  private readonly logger = new Logger('late');

  constructor(
    config: Config,
    ticks: Ticks,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly counters: Counters,
  ) {
    if (config.roles.has('dispatcher')) ticks.every('late-periods', 10 * SECOND, () => this.tick());
  }

  /** The message and the note that it was told are one transaction. */
  async tick(): Promise<void> {
    const now = await this.clock.now();
    const late = await this.database.asDispatcher(async (stores) => {
      const taken = await stores.dispatch.takeLate(now, BATCH);
      const announcements = taken.map((period) => announcementOf(period, now));
      await announce(stores, announcements, now);
      return taken;
    });
    this.counters.periodsLate.inc(late.length);
    if (late.length > 0) this.logger.warn(`${late.length} periods have not succeeded by their next due date.`);
  }
}

function announcementOf(late: LatePeriod, at: Instant): Announcement {
  const { clientId, id: periodId, company, connectionId, syncId, sequence, window: period, runId } = late;
  const event = lateEventOf({ ...late, at, period });
  return { clientId, companyId: company.id, connectionId, syncId, periodId, runId, sequence, event };
}
