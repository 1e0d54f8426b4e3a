import { FAILURE_CLASSES, type FailureCode, type RunFailure } from '../../domain/run/failure.js';
import { SourceError } from '../../domain/run/source-error.js';
import type { Instant } from '../../domain/time/instant.js';

/** A source that answered, with a status that is no success. */
export class SourceRefusal extends SourceError {
  constructor(
    failure: RunFailure,
    readonly status: number,
  ) {
    super(failure);
    this.name = 'SourceRefusal';
  }
}

/** The failure a status means; `what` names the request. */
export function refusal(what: string, status: number, retryAt?: Instant): SourceRefusal {
  const { code, words } = meaningOf(status);
  const message = `${what}: ${words} (HTTP ${status}).`;
  return new SourceRefusal({ code, class: FAILURE_CLASSES[code], message, details: [message], retryAt }, status);
}

/** The same failure with the messages of all tries, oldest first. */
export function withTries(error: SourceError, details: readonly string[]): SourceError {
  const failure = { ...error.failure, details };
  return error instanceof SourceRefusal
    ? new SourceRefusal(failure, error.status)
    : new SourceError(failure, { cause: error.cause });
}

function meaningOf(status: number): { readonly code: FailureCode; readonly words: string } {
  if (status === 401 || status === 403)
    return { code: 'credential_invalid', words: 'the source refuses the credentials' };
  if (status === 429) return { code: 'provider_rate_limited', words: 'the source limits the rate' };
  if (status === 404 || status === 405 || status === 410) {
    return { code: 'configuration_invalid', words: 'the source has nothing there; check the URL and the path' };
  }
  if (status === 408) return { code: 'provider_timeout', words: 'the source waited too long' };
  if (status === 502 || status === 503 || status === 504) {
    return { code: 'provider_unavailable', words: 'the source is unavailable' };
  }
  if (status >= 500) return { code: 'provider_error', words: 'the source failed' };
  if (status >= 300 && status < 400) {
    return { code: 'blocked_redirect', words: 'the source redirects, which is not followed; give its final URL' };
  }
  return { code: 'provider_rejected', words: 'the source rejects the request' };
}
