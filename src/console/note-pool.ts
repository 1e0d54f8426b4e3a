import { Injectable } from '@nestjs/common';
import { WORKER_ALIVE } from '../domain/load/planning.js';
import { DAY, HOUR, MINUTE, SECOND, instantOf, plus } from '../domain/time/instant.js';
import { Ticks } from '../platform/ticks.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';

/** More than a year, so that this week can be held against the same one of last year. */
const KEPT = 400 * DAY;
/** Age from which what has ended is summed: no settlement is committed so long after its instant. */
const SUMMED_AFTER = HOUR;

/**
 * Notes what the workers can do, minute by minute, since processes that have ended are forgotten; and what has run, since
 * a day of runs takes long to count.
 */
@Injectable()
export class NotePool {
  constructor(
    ticks: Ticks,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    // Several times a minute: a tick that comes late skips no minute, and workers that have just come are seen.
    ticks.every('note-pool', 15 * SECOND, () => this.note());
    ticks.every('sum-load', 15 * SECOND, () => this.sum());
    ticks.every('forget-load', HOUR, () => this.forget());
  }

  async note(): Promise<void> {
    const now = await this.clock.now();
    await this.database.asOperator(({ load }) => load.noteConcurrency(now, plus(now, -WORKER_ALIVE)));
  }

  async sum(): Promise<void> {
    const now = await this.clock.now();
    const before = instantOf(Math.floor(plus(now, -SUMMED_AFTER) / MINUTE) * MINUTE);
    await this.database.asOperator(({ load }) => load.sum(before));
  }

  async forget(): Promise<void> {
    const now = await this.clock.now();
    await this.database.asOperator(({ load }) => load.forget(plus(now, -KEPT)));
  }
}
