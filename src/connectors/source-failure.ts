import { FAILURE_CLASSES, type FailureCode } from '../domain/run/failure.js';
import type { Instant } from '../domain/time/instant.js';
import { SourceError } from '../domain/run/source-error.js';
import type { OutboundError, OutboundErrorCode } from '../platform/outbound/outbound.js';

export interface FailureOptions {
  readonly details?: readonly string[];
  readonly retryAt?: Instant;
  readonly cause?: unknown;
}

/** A SourceError of a code, with the class that belongs to it. */
export function sourceFailure(code: FailureCode, message: string, options: FailureOptions = {}): SourceError {
  const { details = [message], retryAt, cause } = options;
  return new SourceError({ code, class: FAILURE_CLASSES[code], message, details, retryAt }, { cause });
}

const codes: Readonly<Record<OutboundErrorCode, FailureCode>> = {
  invalid_url: 'configuration_invalid',
  url_not_allowed: 'blocked_address',
  blocked_address: 'blocked_address',
  blocked_redirect: 'blocked_redirect',
  too_many_redirects: 'blocked_redirect',
  timeout: 'provider_timeout',
  aborted: 'worker_stopping',
  too_large: 'provider_response_too_large',
  dns: 'provider_unreachable',
  tls: 'provider_tls_error',
  network: 'provider_unreachable',
  protocol: 'provider_bad_response',
};

/** A request without an answer, as a failure of the pull. */
export const requestFailure = (what: string, error: OutboundError): SourceError =>
  sourceFailure(codes[error.code], `${what}: ${error.message}`, { cause: error });

const passing: ReadonlySet<FailureCode> = new Set([
  'provider_timeout',
  'provider_unreachable',
  'provider_unavailable',
  'provider_error',
]);

/** Worth another try at once: the next moment may be better, and the source has not said otherwise. */
export const isPassing = ({ failure }: SourceError): boolean =>
  passing.has(failure.code) && failure.retryAt === undefined;
