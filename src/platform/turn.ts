import { setTimeout as wait } from 'node:timers/promises';
import { startStopwatch } from './stopwatch.js';

/** Most milliseconds that a turn looks again: well below the half minute after which a tick counts as stuck. */
const LONGEST = 10_000;
/** What a look leaves to others: three times as long as it took itself. */
const REST = 3;

/** One turn of a tick that looks more than once. */
export interface Turn {
  /** Whether there is time for another look, and nobody waits for the process to stop. */
  goesOn(): boolean;
  look<T>(work: () => Promise<T>): Promise<T>;
  /** Waits so many milliseconds, or longer after a long look; never longer than a tick, nor once the process stops. */
  rest(milliseconds: number): Promise<void>;
}

/** `period` is the tick's own, in milliseconds; `signal` aborts when the process stops. */
export function startTurn(period: number, signal?: AbortSignal): Turn {
  const lasted = startStopwatch();
  let took = 0;
  return {
    goesOn: () => signal?.aborted !== true && lasted() < LONGEST,
    look: async (work) => {
      const elapsed = startStopwatch();
      const found = await work();
      took = elapsed();
      return found;
    },
    rest: async (milliseconds) => {
      // Its only error is that the process stops, which the next question tells.
      await wait(Math.min(period, Math.max(milliseconds, REST * took)), undefined, { signal }).catch(() => undefined);
    },
  };
}
