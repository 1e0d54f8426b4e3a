import { instantOf, toIso, type Instant } from '../../src/domain/time/instant.js';
import { Clock } from '../../src/ports/clock.js';

/** Shows the real time until it is set; then it stands still, or runs on from there. */
export class ManualClock extends Clock {
  private stopped?: Instant;
  /** Milliseconds ahead of the real time. */
  private ahead = 0;

  override async now(): Promise<Instant> {
    return this.stopped ?? instantOf(Date.now() + this.ahead);
  }

  /** Stands still at an instant. */
  set(at: Instant): void {
    this.stopped = at;
  }

  /** Runs on from an instant, at the speed of real time. */
  runFrom(at: Instant): void {
    this.stopped = undefined;
    this.ahead = at - Date.now();
  }

  /** `milliseconds` of elapsed time, for a clock that stands still. */
  advance(milliseconds: number): void {
    if (this.stopped === undefined) throw new Error('Set the clock before advancing it.');
    this.stopped = instantOf(this.stopped + milliseconds);
  }

  override toString(): string {
    return this.stopped === undefined ? 'running' : toIso(this.stopped);
  }
}
