import { later, plus, type Instant } from '../domain/time/instant.js';
import { startStopwatch } from './stopwatch.js';

/**
 * The database's time without asking for it each time: what it told last, and what has elapsed since. Good for
 * telling when something happened, never for deciding. It never goes back.
 */
export class RunningTime {
  private told: Instant;
  private sinceTold = startStopwatch();

  constructor(now: Instant) {
    this.told = now;
  }

  /** Sets it by the database's clock. */
  set(now: Instant): void {
    this.told = later(now, this.now());
    this.sinceTold = startStopwatch();
  }

  now(): Instant {
    return plus(this.told, this.sinceTold());
  }
}
