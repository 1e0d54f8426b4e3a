import { HOUR, MINUTE, SECOND, type Instant } from '../../domain/time/instant.js';

/** How long a source is left alone when it does not say. */
export const DEFAULT_WAIT = MINUTE;
/** The longest wait a source can impose: a wrong clock there must not stop a sync for years. */
export const LONGEST_WAIT = HOUR;

/** Milliseconds to wait by a Retry-After header (RFC 9110: seconds or an HTTP date), capped; nonsense counts as absent. */
export function retryAfter(header: string | undefined, now: Instant): number {
  const text = header?.trim() ?? '';
  const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * SECOND : httpDate(text) - now;
  return Number.isNaN(wait) || wait < 0 ? DEFAULT_WAIT : Math.min(Math.ceil(wait), LONGEST_WAIT);
}

/** An IMF-fixdate such as `Sun, 06 Nov 1994 08:49:37 GMT`, in epoch milliseconds; NaN for anything else. */
function httpDate(text: string): number {
  return /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text) ? Date.parse(text) : NaN;
}
