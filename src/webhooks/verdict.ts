import { DAY, SECOND, later, plus, type Instant } from '../domain/time/instant.js';
import type { DeliveryState, DisabledReason } from '../ports/webhooks.js';

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
  readonly disables?: DisabledReason;
}

/** A receiver may ask for patience, but not for ever: the longest wait of the table. */
const LONGEST_RETRY_AFTER = DAY;

/** 2xx is the only success. 410 ends all deliveries to the endpoint; anything else is tried again at `retryAt`. */
export function verdictOn(answer: DeliveryAnswer, now: Instant, retryAt: Instant | undefined): Verdict {
  if (answer.kind === 'unanswered') return failed(answer.failureCode, retryAt);
  const { statusCode, retryAfter } = answer;
  if (statusCode >= 200 && statusCode < 300) return { state: 'delivered' };
  if (statusCode === 410) return { state: 'failed', failureCode: 'endpoint_gone', disables: 'gone' };
  return failed('delivery_failed', retryAt && later(retryAt, retryAfterIn(retryAfter, now)));
}

const failed = (failureCode: string, nextAttemptAt: Instant | undefined): Verdict =>
  nextAttemptAt === undefined ? { state: 'failed', failureCode } : { state: 'pending', failureCode, nextAttemptAt };

/** The instant a `Retry-After` header asks for, in seconds or as an HTTP date; `now` where it asks for none. */
function retryAfterIn(header: string | undefined, now: Instant): Instant {
  const text = header?.trim() ?? '';
  const wait = /^\d+$/.test(text) ? Number(text) * SECOND : Date.parse(text) - now;
  return plus(now, Number.isNaN(wait) ? 0 : Math.min(Math.max(wait, 0), LONGEST_RETRY_AFTER));
}
