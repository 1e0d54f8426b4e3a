import type { FailureClass, FailureCode } from '../../domain/run/failure.js';
import { SourceError } from '../../domain/run/source-error.js';
import { plus, type Instant } from '../../domain/time/instant.js';
import { parseJson } from '../../platform/http/parse-json.js';
import type { OutboundResponse } from '../../platform/outbound/outbound.js';
import type { Handover } from '../../ports/delegating-connector.js';
import { retryAfter } from '../http/retry-after.js';

/** How deep a report may nest. */
const DEEPEST_REPORT = 10;

/** What an answer to a start says. Throws SourceError where the run was not taken. */
export function handoverOf(what: string, answer: OutboundResponse, now: Instant): Handover {
  if (answer.status === 202) return { kind: 'accepted' };
  if (answer.status === 200) return { kind: 'done', report: reportIn(what, answer) };
  throw refusalOf(what, answer, now);
}

function reportIn(what: string, { body }: OutboundResponse): unknown {
  try {
    return parseJson(body, DEEPEST_REPORT);
  } catch (cause) {
    throw failure('handler_failed', 'transient', `${what}: the handler answered 200 without a result in JSON.`, {
      cause,
    });
  }
}

/** An answer that is no success, as the failure of the run. */
export function refusalOf(what: string, { status, headers }: OutboundResponse, now: Instant): SourceError {
  const said = (words: string): string => `${what}: the handler ${words} (HTTP ${status}).`;
  const after = headers['retry-after'];
  if (status === 429 || (status === 503 && after !== undefined)) {
    const retryAt = plus(now, retryAfter(after, now));
    return failure('provider_rate_limited', 'rateLimit', said('asks to come back later'), { retryAt });
  }
  // Another secret there than here: the handler turns Meridian away, no source the merchant. Nobody needs to link anew.
  if (status === 401 || status === 403)
    return failure('configuration_invalid', 'configuration', said('does not take our signature; compare the secrets'));
  if (status >= 300 && status < 400)
    return failure('blocked_redirect', 'configuration', said('redirects, which is not followed; give its final URL'));
  if (status >= 500 || status === 408 || status === 425)
    return failure('handler_failed', 'transient', said('failed to take the run'));
  if (status >= 400) return failure('handler_failed', 'permanent', said('refuses the run'));
  return failure('handler_failed', 'transient', said('answered neither 200 with a result nor 202'));
}

function failure(
  code: FailureCode,
  failureClass: FailureClass,
  message: string,
  { retryAt, cause }: { readonly retryAt?: Instant; readonly cause?: unknown } = {},
): SourceError {
  return new SourceError({ code, class: failureClass, message, details: [message], retryAt }, { cause });
}
