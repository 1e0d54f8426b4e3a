import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND } from '../../domain/time/instant.js';
import { startStopwatch } from '../../platform/stopwatch.js';

/**
 * Spreads requests over each second: each waits until the one before has gone, however late that was, and its time has
 * passed. The first waits too: another process may have sent one a moment ago.
 */
export class Pace {
  private readonly elapsed = startStopwatch();
  /** Milliseconds from the beginning. */
  private last = 0;
  private turn: Promise<void> = Promise.resolve();

  /** Waits for the next place. Throws when `signal` aborts. */
  wait(perSecond: number, signal: AbortSignal): Promise<void> {
    const place = this.after(this.turn, SECOND / perSecond, signal);
    this.turn = place.catch(() => undefined);
    return place;
  }

  private async after(before: Promise<void>, gap: number, signal: AbortSignal): Promise<void> {
    await before;
    const pause = this.last + gap - this.elapsed();
    if (pause > 0) await sleep(pause, undefined, { signal });
    this.last = this.elapsed();
  }
}
