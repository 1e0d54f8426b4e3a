import { DAY, SECOND, later, plus, type Instant } from '../../domain/time/instant.js';
import type { DeliveryState } from '../../ports/webhooks.js';

/** What a POST came to. */
export type DeliveryAnswer =
  | { readonly kind: 'answered'; readonly statusCode: number; readonly body: string; readonly retryAfter?: string }
  | { readonly kind: 'unanswered'; readonly failureCode: string };

/** What follows from it. */
export interface Verdict {
  readonly state: DeliveryState;
  /** Absent where it was delivered. */
  readonly failureCode?: string;
  readonly nextAttemptAt?: Instant;
  /** The receiver asks to be left alone, whatever the message. */
  readonly pauseUntil?: Instant;
  /** The receiver never wants to hear of us again. */
  readonly isGone?: true;
}

/** When the answer came, and what to do where it does not say. */
export interface VerdictTimes {
  readonly now: Instant;
  /** The next attempt by the table of waits; undefined when there are no more. */
  readonly retryAt: Instant | undefined;
  /** Milliseconds that an overloaded endpoint is left alone. */
  readonly slowDown: number;
}

/** A receiver may ask for patience, but not for ever: the longest wait of the table. */
const LONGEST_RETRY_AFTER = DAY;
/** Too many requests, and a proxy that does not reach what is behind it. */
const overloaded: ReadonlySet<number> = new Set([429, 502, 504]);

/**
 * 2xx is the only success. 410 ends all deliveries to the endpoint; anything else is tried again at `retryAt`, or later
 * where the answer says so. An overloaded receiver, and one that names a time, gets nothing else before either.
 */
export function verdictOn(answer: DeliveryAnswer, { now, retryAt, slowDown }: VerdictTimes): Verdict {
  if (answer.kind === 'unanswered') return failed(answer.failureCode, retryAt);
  const { statusCode, retryAfter } = answer;
  if (statusCode >= 200 && statusCode < 300) return { state: 'delivered' };
  if (statusCode === 410) return { state: 'failed', failureCode: 'endpoint_gone', isGone: true };
  const asked = retryAfterIn(retryAfter, now);
  const verdict = failed('delivery_failed', retryAt && later(retryAt, asked));
  const pauseUntil = overloaded.has(statusCode) ? later(asked, plus(now, slowDown)) : asked;
  return pauseUntil > now ? { ...verdict, pauseUntil } : verdict;
}

const failed = (failureCode: string, nextAttemptAt: Instant | undefined): Verdict =>
  nextAttemptAt === undefined ? { state: 'failed', failureCode } : { state: 'pending', failureCode, nextAttemptAt };

/** The instant a `Retry-After` header asks for, in seconds or as an HTTP date; `now` where it asks for none. */
function retryAfterIn(header: string | undefined, now: Instant): Instant {
  const text = header?.trim() ?? '';
  const wait = /^\d+$/.test(text) ? Number(text) * SECOND : Date.parse(text) - now;
  return plus(now, Number.isNaN(wait) ? 0 : Math.min(Math.max(wait, 0), LONGEST_RETRY_AFTER));
}
