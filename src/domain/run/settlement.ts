import type { FailureCode, RunFailure } from './failure.js';
import { MINUTE, SECOND, later, plus } from '../time/instant.js';
import type { Instant } from '../time/instant.js';
import { nextAttemptAt } from './retry-policy.js';
import type { RunRetryPolicy } from './retry-policy.js';

export type { FailureClass, FailureCode, RunFailure } from './failure.js';

/** How a run ended. No data is a success; aborted is none. */
export type RunOutcome =
  | { readonly kind: 'synced'; readonly records: number; readonly hasMore?: boolean }
  | { readonly kind: 'failed'; readonly failure: RunFailure }
  | { readonly kind: 'aborted' };

/** What the end of a run means to its period. */
export type Settlement =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'retry'; readonly at: Instant; readonly countsAsAttempt: boolean }
  /** Merged into the next period. An aborted run says nothing about the source, so it does not count towards disabling. */
  | { readonly kind: 'failed'; readonly countsAsFailure: boolean };

export interface SettleRequest {
  /** Which counted attempt at this due date has ended, from 1. */
  readonly attempt: number;
  /** Whether it got further than the attempt before. */
  readonly progressed: boolean;
  readonly outcome: RunOutcome;
  readonly policy: RunRetryPolicy;
  readonly now: Instant;
  /** The due date after the period's; absent when nothing comes after it, as with a full run. */
  readonly nextDueDate: Instant | undefined;
  /** A random number in [0, 1). */
  readonly jitter: number;
  /** Attempts without progress since the last that made some; where they are not told apart, all of them. */
  readonly attemptsInARow?: number;
  /** Attempts that made progress, this one included. */
  readonly attemptsWithProgress?: number;
}

/** How long a source is left alone that limits the rate without saying until when. */
const RATE_LIMIT_PAUSE = MINUTE;
/** A retry may come this much after the next due date: short intervals would have no retries at all. */
const RETRY_GRACE = 5 * MINUTE;

/** Decides what a finished run means: succeeded, tried again at an instant, or failed. */
export function settle(request: SettleRequest): Settlement {
  const { outcome } = request;
  if (outcome.kind === 'synced') return { kind: 'succeeded' };
  if (outcome.kind === 'aborted') return { kind: 'failed', countsAsFailure: false };
  const retry = retryOf(outcome.failure, request);
  // Past the next due date the next period reads this span as well: one run instead of two.
  if (retry === undefined || retry.at >= latestRetry(request)) return { kind: 'failed', countsAsFailure: true };
  return { kind: 'retry', ...retry };
}

function latestRetry({ nextDueDate, now }: SettleRequest): number {
  return nextDueDate === undefined ? Infinity : later(nextDueDate, plus(now, RETRY_GRACE));
}

interface Retry {
  readonly at: Instant;
  readonly countsAsAttempt: boolean;
}

function retryOf(failure: RunFailure, request: SettleRequest): Retry | undefined {
  switch (failure.class) {
    case 'auth':
    case 'configuration':
    case 'permanent':
      return undefined;
    case 'rateLimit':
      return { at: rateLimitReset(failure, request.now), countsAsAttempt: false };
    case 'transient':
      return notBefore(failure, request.progressed ? retryAfterProgress(request) : retryWithoutProgress(request));
  }
}

/** A source that is down may say until when. */
const notBefore = ({ retryAt }: RunFailure, retry: Retry | undefined): Retry | undefined =>
  retry && retryAt !== undefined ? { ...retry, at: later(retry.at, retryAt) } : retry;

function rateLimitReset({ retryAt }: RunFailure, now: Instant): Instant {
  return retryAt === undefined ? plus(now, RATE_LIMIT_PAUSE) : later(retryAt, plus(now, SECOND));
}

function retryAfterProgress({ policy, now, jitter, attemptsWithProgress = 1 }: SettleRequest): Retry | undefined {
  if (attemptsWithProgress >= policy.maximumAttemptsWithProgress) return undefined;
  const at = nextAttemptAt(policy, 1, now, jitter);
  return at === undefined ? undefined : { at, countsAsAttempt: false };
}

function retryWithoutProgress(request: SettleRequest): Retry | undefined {
  const { attempt, policy, now, jitter, attemptsInARow = attempt } = request;
  if (attempt >= policy.maximumAttempts || attemptsInARow >= policy.maximumAttemptsInARow) return undefined;
  const at = nextAttemptAt(policy, attemptsInARow, now, jitter);
  return at === undefined ? undefined : { at, countsAsAttempt: true };
}

/** Failed due dates in a row after which a client is warned, if its limit lies higher. */
const WARN_AT: ReadonlySet<number> = new Set([7, 24]);
/** The client setting's default. */
export const DISABLE_AFTER_FAILURES = 31;

/** What a failed due date does to its sync. */
export interface AfterFailure {
  readonly consecutiveFailures: number;
  /** The limit is reached: nothing is planned until somebody enables the sync. */
  readonly disable: boolean;
  readonly warn: boolean;
  /** The connection lost its authorisation: nothing is planned until it is linked and the sync enabled. */
  readonly suspend: boolean;
}

/** Counts one more failed due date, of the client's limit in a row. */
export function afterFailure(request: {
  readonly consecutiveFailures: number;
  readonly disableAfter: number;
  readonly failure: RunFailure;
}): AfterFailure {
  const consecutiveFailures = request.consecutiveFailures + 1;
  const suspend = request.failure.class === 'auth';
  const disable = !suspend && consecutiveFailures >= request.disableAfter;
  const warn = !suspend && !disable && WARN_AT.has(consecutiveFailures);
  return { consecutiveFailures, disable, warn, suspend };
}

/** A run's status as clients of Codat know it. */
export interface RunStatus {
  readonly statusCode: number;
  readonly status: string;
}

const IN_PROGRESS: RunStatus = { statusCode: 1000, status: 'In progress' };
const LONG_IN_PROGRESS: RunStatus = { statusCode: 1010, status: 'In progress for more than ten minutes' };

/** The status code and words of a run that has not ended, counted from when it was made. */
export const statusInProgress = (createdAt: Instant, now: Instant): RunStatus =>
  now - createdAt > 10 * MINUTE ? LONG_IN_PROGRESS : IN_PROGRESS;

const GENERIC_FAILURE: RunStatus = { statusCode: 5000, status: 'Internal error' };
const FAILURE_STATUS: Partial<Readonly<Record<FailureCode, RunStatus>>> = {
  credential_invalid: { statusCode: 4040, status: 'Connection not authorised' },
  connection_revoked: { statusCode: 4040, status: 'Connection not authorised' },
  connection_unlinked: { statusCode: 4220, status: 'Connection unlinked' },
  period_overlap: { statusCode: 5080, status: 'Duplication protection' },
  record_invalid: { statusCode: 5120, status: 'Data processing error' },
  provider_bad_response: { statusCode: 5120, status: 'Data processing error' },
  record_write_failed: { statusCode: 5130, status: 'Data write error' },
};

/** The status code and words of a finished run. */
export function statusOf(outcome: RunOutcome): RunStatus {
  if (outcome.kind === 'aborted') return { statusCode: 5000, status: 'Aborted' };
  if (outcome.kind === 'synced') {
    return outcome.records > 0 ? { statusCode: 2000, status: 'Data written' } : { statusCode: 2040, status: 'No data' };
  }
  const { code, class: failureClass } = outcome.failure;
  const known = FAILURE_STATUS[code];
  if (known !== undefined) return known;
  if (failureClass === 'auth') return { statusCode: 4040, status: 'Connection not authorised' };
  if (failureClass === 'configuration') return { statusCode: 4000, status: 'Configuration error' };
  return GENERIC_FAILURE;
}
