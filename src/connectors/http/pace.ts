import { setTimeout as pause } from 'node:timers/promises';
import { SECOND, type Instant } from '../../domain/time/instant.js';
import { startStopwatch } from '../../platform/stopwatch.js';
import { abortable } from './abortable.js';
import { toldLimit, type RateRules } from './told-limit.js';

/**
 * The pace of the requests of one connection in this process: a leaky bucket of its own, and what the source
 * tells of its. Who comes first goes first. Times are milliseconds since the pace was made.
 */
export class Pace {
  private readonly now = startStopwatch();
  private readonly interval: number;
  /** How far ahead of the bucket's leak a burst may run. */
  private readonly leeway: number;
  /** When the bucket will have leaked out. */
  private emptyAt = 0;
  private pausedUntil = 0;
  private told?: { readonly left: number; readonly until: number };
  private inFlight = 0;
  private closed?: Instant;
  /** Settles when the last in line has gone. */
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly rules: RateRules = {}) {
    this.interval = rules.requestsPerSecond === undefined ? 0 : SECOND / rules.requestsPerSecond;
    this.leeway = ((rules.burst ?? 1) - 1) * this.interval;
  }

  /**
   * Waits until a request may be sent and answers 0: then `leave` must follow. Where the source has asked for
   * a longer wait than `patience`, nothing may be sent and that wait is the answer, in milliseconds. Throws
   * the signal's reason once it aborts.
   */
  async enter(signal: AbortSignal, patience: number): Promise<number> {
    const before = this.last;
    const gone = Promise.withResolvers<void>();
    this.last = gone.promise;
    try {
      await abortable(before, signal);
      return await this.turn(signal, patience);
    } finally {
      // Whoever gives up in the middle of the line must not let the next one pass those in front.
      void before.then(gone.resolve);
    }
  }

  /** A request has its answer, or will have none. */
  leave(headers?: Readonly<Record<string, string>>): void {
    this.inFlight -= 1;
    const told = headers && toldLimit(this.rules, headers);
    if (told === undefined) return;
    // A source that does not say when it has room again is asked once an interval.
    const until = this.now() + (told.resetIn ?? (this.interval || SECOND));
    this.told = { left: told.left - this.inFlight, until };
  }

  /** The source wants to be left alone for a while. */
  pause(milliseconds: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, this.now() + milliseconds);
  }

  /**
   * No request may be sent before an instant, which is further away than a run waits. By the database's clock:
   * that is the one by which runs come back.
   */
  close(until: Instant): void {
    this.closed = until;
    this.told = undefined;
    this.pausedUntil = 0;
  }

  /** When it may be tried again; undefined unless closed. */
  get closedUntil(): Instant | undefined {
    return this.closed;
  }

  open(): void {
    this.closed = undefined;
  }

  private async turn(signal: AbortSignal, patience: number): Promise<number> {
    for (;;) {
      const asked = this.askedWait();
      if (asked > patience) return asked;
      const wait = Math.max(asked, this.emptyAt - this.leeway - this.now());
      if (wait <= 0) break;
      await abortable(pause(Math.ceil(wait), undefined, { signal }), signal);
    }
    this.emptyAt = Math.max(this.emptyAt, this.now()) + this.interval;
    this.inFlight += 1;
    if (this.told) this.told = { ...this.told, left: this.told.left - 1 };
    return 0;
  }

  /** How long the source has asked to be left alone from now on. */
  private askedWait(): number {
    if (this.told && this.told.until <= this.now()) this.told = undefined;
    const until = this.told && this.told.left <= 0 ? this.told.until : 0;
    return Math.max(until, this.pausedUntil) - this.now();
  }
}
