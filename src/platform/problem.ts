import { HttpException } from '@nestjs/common';
import { DatabaseUnavailable } from '../domain/database-unavailable.js';
import { DomainError, type ErrorCode, type ErrorStatus, type Problem } from '../domain/problem.js';

/** RFC 9457. Members beyond these are those that a code is documented with. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly requestId: string;
  readonly errors?: readonly Problem[];
  readonly [member: string]: unknown;
}

export const PROBLEM_TYPE = 'application/problem+json';

const statuses: Readonly<Record<ErrorStatus, number>> = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  conflict: 409,
  gone: 410,
  precondition_failed: 412,
  too_large: 413,
  unsupported_media_type: 415,
  invalid: 422,
  precondition_required: 428,
  too_many_requests: 429,
  headers_too_large: 431,
  internal: 500,
  unavailable: 503,
};

/** What frameworks throw, by status; a status that is not here is a fault of ours. */
const codesOfStatuses: ReadonlyMap<number, { code: ErrorCode; message: string }> = new Map([
  [400, { code: 'malformed_request', message: 'The request cannot be read.' }],
  [401, { code: 'unauthenticated', message: 'An API key is needed.' }],
  [403, { code: 'insufficient_scope', message: 'The key does not allow this.' }],
  [404, { code: 'not_found', message: 'There is nothing here.' }],
  [405, { code: 'method_not_allowed', message: 'The path does not have this method.' }],
  [408, { code: 'request_timeout', message: 'The request took too long to arrive.' }],
  [413, { code: 'body_too_large', message: 'The body is too large.' }],
  [415, { code: 'unsupported_media_type', message: 'Send JSON as application/json.' }],
  [429, { code: 'rate_limited', message: 'Too many requests.' }],
  [503, { code: 'unavailable', message: 'The service cannot answer just now.' }],
]);

/** One text for all of them, so that an answer never tells an unknown id from another client's. */
const NOTHING_HERE = 'There is nothing here for this key.';

/** Any error as the problem document it is answered with. What is not a refusal says nothing but 500. */
export function problemOf(error: unknown, requestId: string): ProblemDocument {
  const { code, status, detail, errors, details } = refusalIn(error);
  return {
    type: `urn:meridian:problem:${code}`,
    title: titleOf(code),
    status,
    detail: code === 'not_found' ? NOTHING_HERE : detail,
    code,
    requestId,
    ...(errors ? { errors } : {}),
    ...details,
  };
}

interface Refusal {
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly Problem[];
  readonly details?: Readonly<Record<string, unknown>>;
}

function refusalIn(error: unknown): Refusal {
  if (error instanceof DomainError) {
    const { code, message: detail, problems: errors, details } = error;
    return { code, status: statuses[error.status], detail, errors, details };
  }
  if (error instanceof DatabaseUnavailable) {
    return { code: 'unavailable', status: 503, detail: 'The database cannot be reached just now. Try again.' };
  }
  const status = statusIn(error);
  const known = codesOfStatuses.get(status);
  if (known) return { code: known.code, status, detail: known.message };
  return { code: 'internal_error', status: 500, detail: 'A fault of the service. Quote the request id to report it.' };
}

/** Nest's exceptions, and errors of Express's own parts, which carry a status. */
function statusIn(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  if (error instanceof URIError) return 400;
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' ? status : 500;
}

function titleOf(code: ErrorCode): string {
  const words = code.replaceAll('_', ' ');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
