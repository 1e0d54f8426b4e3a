import { HOUR, MINUTE, SECOND, plus } from '../time/instant.js';
import type { Instant } from '../time/instant.js';

/** When to try again, in Temporal's words; intervals in milliseconds. */
export interface RetryPolicy {
  readonly initialInterval: number;
  readonly backoffCoefficient: number;
  readonly maximumInterval: number;
  /** Attempts in all, the first included. */
  readonly maximumAttempts: number;
}

/** How the attempts at one due date are limited. */
export interface RunRetryPolicy extends RetryPolicy {
  /** Attempts without progress, one after another. */
  readonly maximumAttemptsInARow: number;
  /** Attempts that got further than the one before; counted apart. */
  readonly maximumAttemptsWithProgress: number;
}

export const RUN_RETRY_POLICY: RunRetryPolicy = {
  initialInterval: 10 * SECOND,
  backoffCoefficient: 3,
  maximumInterval: 30 * MINUTE,
  maximumAttempts: 10,
  maximumAttemptsInARow: 5,
  maximumAttemptsWithProgress: 20,
};

// Half of the wait is fixed, so that a retry is neither immediate nor simultaneous.
const jittered = (wait: number, jitter: number): number => Math.round(wait * (0.5 + jitter / 2));

/** The wait after the nth failed attempt, in milliseconds; `jitter` is a random number in [0, 1). */
export function retryWait(policy: RetryPolicy, attempt: number, jitter: number): number {
  const wait = policy.initialInterval * policy.backoffCoefficient ** (attempt - 1);
  return jittered(Math.min(wait, policy.maximumInterval), jitter);
}

/** When to make another attempt after the nth failed; undefined when there are no more. */
export function nextAttemptAt(policy: RetryPolicy, attempt: number, now: Instant, jitter: number): Instant | undefined {
  return attempt >= policy.maximumAttempts ? undefined : plus(now, retryWait(policy, attempt, jitter));
}

/** Waits between the ten attempts to deliver a webhook: 75 hours in all. */
const WEBHOOK_WAITS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** When to deliver again after the nth failed attempt: never early, up to a tenth late; undefined after the tenth. */
export function webhookRetryAt(attempt: number, now: Instant, jitter: number): Instant | undefined {
  const wait = WEBHOOK_WAITS[attempt - 1];
  return wait === undefined ? undefined : plus(now, Math.round(wait * (1 + jitter / 10)));
}
