import { Injectable } from '@nestjs/common';
import { DAY, HOUR, plus } from '../domain/time/instant.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import { Config } from './config.js';
import { Ticks } from './ticks.js';

/** Forgets kept answers and rate limit windows that nobody will ask for again. */
@Injectable()
export class Housekeeping {
  constructor(
    config: Config,
    ticks: Ticks,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    if (config.roles.has('api')) ticks.every('housekeeping', HOUR, () => this.forget());
  }

  private async forget(): Promise<void> {
    const now = await this.clock.now();
    await this.database.asOperator(async ({ idempotency, rateLimits }) => {
      await idempotency.deleteBefore(plus(now, -DAY));
      await rateLimits.deleteEnded();
    });
  }
}
