/** Stable code of one wrong field. */
export type ProblemCode =
  | 'required'
  | 'invalid_type'
  | 'unknown_field'
  | 'invalid_date'
  | 'date_out_of_range'
  | 'invalid_time_zone'
  | 'invalid_sync_hour'
  | 'unsupported_frequency'
  | 'duplicate_value'
  | 'too_few_items'
  | 'too_many_items'
  | 'invalid_duration'
  | 'invalid_interval'
  | 'out_of_range'
  | 'not_applicable'
  | 'backfill_too_long'
  | 'invalid_range'
  | 'empty_range'
  | 'unsupported_value'
  | 'invalid_characters'
  | 'invalid_format'
  | 'too_short'
  | 'too_long'
  | 'invalid_url'
  | 'url_not_allowed'
  | 'origin_not_allowed'
  | 'header_not_allowed'
  | 'secret_too_short'
  | 'insufficient_contrast'
  | 'unknown_reference';

/** One wrong field: where (a JSON pointer), what, and the way out in words. */
export interface Problem {
  readonly pointer: string;
  readonly code: ProblemCode;
  readonly message: string;
}

/** What a parser answers: the value, or every problem at once. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] };

export const parsed = <T>(value: T): Parsed<T> => ({ ok: true, value });
export const refused = (...problems: readonly Problem[]): Parsed<never> => ({ ok: false, problems });

/** A reference token of a JSON pointer, escaped by RFC 6901. */
export const pointerTo = (...path: readonly (string | number)[]): string =>
  path.map((token) => `/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** A refused value as a message shows it: JSON, cut so that a hostile value stays short. */
export function shown(value: unknown): string {
  if (typeof value === 'number') return String(value);
  const json = JSON.stringify(value) ?? String(value);
  return json.length > 60 ? `${json.slice(0, 57)}...` : json;
}

/** What kind of refusal an error is; the edge turns it into an HTTP status. */
export type ErrorStatus =
  | 'malformed' // 400
  | 'unauthenticated' // 401
  | 'forbidden' // 403
  | 'not_found' // 404
  | 'method_not_allowed' // 405
  | 'request_timeout' // 408
  | 'conflict' // 409
  | 'gone' // 410
  | 'precondition_failed' // 412
  | 'too_large' // 413
  | 'unsupported_media_type' // 415
  | 'invalid' // 422
  | 'precondition_required' // 428
  | 'too_many_requests' // 429
  | 'headers_too_large' // 431
  | 'internal' // 500
  | 'unavailable'; // 503

/** The published codes of whole requests. */
export type ErrorCode =
  | 'malformed_json'
  | 'malformed_body'
  | 'malformed_encoding'
  | 'malformed_path'
  | 'malformed_request'
  | 'forbidden_key'
  | 'body_too_deep'
  | 'body_too_large'
  | 'headers_too_large'
  | 'unsupported_media_type'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'invalid_parameter'
  | 'invalid_cursor'
  | 'unauthenticated'
  | 'link_token_invalid'
  | 'link_token_expired'
  | 'link_token_used'
  | 'insufficient_scope'
  | 'origin_not_allowed'
  | 'session_read_only'
  | 'nothing_to_sync'
  | 'preview_stale'
  | 'not_found'
  | 'precondition_failed'
  | 'rate_limited'
  | 'stream_limit_reached'
  | 'idempotency_key_invalid'
  | 'idempotency_key_reused'
  | 'idempotency_key_in_use'
  | 'validation_failed'
  | 'secret_too_short'
  | 'start_date_locked'
  | 'start_date_not_reached'
  | 'period_overlap'
  | 'range_ahead_of_chain'
  | 'run_active'
  | 'run_finished'
  | 'run_superseded'
  | 'hold_superseded'
  | 'run_loop'
  | 'sync_unscheduled'
  | 'connection_not_linked'
  | 'external_id_taken'
  | 'variable_limit_reached'
  | 'endpoint_limit_reached'
  | 'endpoint_disabled'
  | 'rotation_active'
  | 'internal_error'
  | 'unavailable';

export interface DomainErrorOptions {
  readonly code: ErrorCode;
  readonly status: ErrorStatus;
  readonly message: string;
  readonly problems?: readonly Problem[];
  /** Extra members of the problem document. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A refusal with a stable code; one filter at the edge turns it into a problem document. */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly status: ErrorStatus;
  readonly problems?: readonly Problem[];
  readonly details?: Readonly<Record<string, unknown>>;

  constructor(options: DomainErrorOptions) {
    super(options.message);
    this.name = 'DomainError';
    this.code = options.code;
    this.status = options.status;
    this.problems = options.problems;
    this.details = options.details;
  }
}

/** 422 with every wrong field. */
export const validationFailed = (problems: readonly Problem[]): DomainError =>
  new DomainError({
    code: 'validation_failed',
    status: 'invalid',
    message: problems.map((problem) => problem.message).join(' '),
    problems,
  });

/** 409: right in itself, at odds with what is stored. */
export const conflict = (code: ErrorCode, message: string, details?: Readonly<Record<string, unknown>>): DomainError =>
  new DomainError({ code, status: 'conflict', message, details });

/** 404: unknown, malformed and another client's alike. */
export const notFound = (): DomainError =>
  new DomainError({ code: 'not_found', status: 'not_found', message: 'There is nothing here for this key.' });

/** What was looked up; 404 where there is nothing. */
export function found<T>(value: T | undefined): T {
  if (value === undefined) throw notFound();
  return value;
}
