import { randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DatabaseUnavailable } from '../domain/database-unavailable.js';
import { DAY, SECOND, plus } from '../domain/time/instant.js';
import { Config } from '../platform/config.js';
import { Ticks } from '../platform/ticks.js';
import { TimeZoneData } from '../platform/time-zone-data.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';

/** Tells the others that this process is alive and what it can take. */
@Injectable()
export class ProcessHeartbeat implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly id = randomUUID();

  constructor(
    private readonly config: Config,
    ticks: Ticks,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly timeZoneData: TimeZoneData,
  ) {
    ticks.every('heartbeat', 2 * SECOND, () => this.beat());
  }

  onApplicationBootstrap(): Promise<void> {
    return this.beat();
  }

  async onApplicationShutdown(): Promise<void> {
    try {
      const now = await this.clock.now();
      await this.database.asDispatcher(({ dispatch }) => dispatch.stopped(this.id, plus(now, -DAY), now));
    } catch (error) {
      // It is forgotten anyway once it has not been seen for a while.
      if (!(error instanceof DatabaseUnavailable)) throw error;
    }
  }

  private async beat(): Promise<void> {
    const now = await this.clock.now();
    const { roles, workerConcurrency } = this.config;
    await this.database.asDispatcher(({ dispatch }) =>
      dispatch.seen(
        {
          id: this.id,
          roles: [...roles],
          workerConcurrency: roles.has('worker') ? workerConcurrency : 0,
          timeZoneData: this.timeZoneData.version,
        },
        now,
      ),
    );
  }
}
