import type { Instant } from '../time/instant.js';

/** What kind of failure it is, which decides whether and when to try again. */
export type FailureClass = 'auth' | 'configuration' | 'rateLimit' | 'transient' | 'permanent';

/** Stable codes of what can go wrong in a run, and the class each belongs to. */
export const FAILURE_CLASSES = {
  credential_invalid: 'auth',
  connection_revoked: 'auth',
  connection_unlinked: 'auth',
  configuration_invalid: 'configuration',
  model_unsupported: 'configuration',
  blocked_address: 'configuration',
  blocked_redirect: 'configuration',
  provider_rate_limited: 'rateLimit',
  provider_unavailable: 'transient',
  provider_unreachable: 'transient',
  provider_timeout: 'transient',
  provider_error: 'transient',
  provider_tls_error: 'transient',
  provider_bad_response: 'transient',
  provider_pagination_loop: 'permanent',
  provider_response_too_large: 'permanent',
  provider_rejected: 'permanent',
  record_invalid: 'permanent',
  record_write_failed: 'transient',
  mass_delete_held: 'permanent',
  period_overlap: 'permanent',
  handler_failed: 'transient',
  handler_timeout: 'transient',
  run_timeout: 'transient',
  worker_lost: 'transient',
  worker_stopping: 'transient',
  internal_error: 'transient',
} as const satisfies Readonly<Record<string, FailureClass>>;

export type FailureCode = keyof typeof FAILURE_CLASSES;

/** Why a run failed. */
export interface RunFailure {
  readonly code: FailureCode;
  readonly class: FailureClass;
  /** One sentence. */
  readonly message: string;
  /** Every message there was, oldest first. */
  readonly details: readonly string[];
  /** When the source said it would answer again. */
  readonly retryAt?: Instant;
}
