import { describe, expect, it } from 'vitest';
import { FAILURE_CLASSES } from '../../../src/domain/run/failure.js';
import type { FailureClass, FailureCode } from '../../../src/domain/run/failure.js';
import { DAY, HOUR, MINUTE, SECOND, plus } from '../../../src/domain/time/instant.js';
import { RUN_RETRY_POLICY, nextAttemptAt, retryWait, webhookRetryAt } from '../../../src/domain/run/retry-policy.js';
import { afterFailure, settle, statusOf } from '../../../src/domain/run/settlement.js';
import type { RunFailure, RunOutcome, SettleRequest } from '../../../src/domain/run/settlement.js';
import { at } from '../schedule/schedules.js';

const now = at('2026-11-22T00:10Z');
const codes: Readonly<Record<FailureClass, FailureCode>> = {
  auth: 'credential_invalid',
  configuration: 'configuration_invalid',
  rateLimit: 'provider_rate_limited',
  transient: 'provider_unavailable',
  permanent: 'provider_rejected',
};
const failure = (failureClass: FailureClass, more: Partial<RunFailure> = {}): RunFailure => ({
  code: codes[failureClass],
  class: failureClass,
  message: 'It failed.',
  details: [],
  ...more,
});
const failed = (failureClass: FailureClass, more: Partial<RunFailure> = {}): RunOutcome => ({
  kind: 'failed',
  failure: failure(failureClass, more),
});

/** What a settlement comes to: `retry in 10 s`, counted or not. */
function settled(request: Partial<SettleRequest>): string {
  const settlement = settle({
    attempt: 1,
    progressed: false,
    outcome: failed('transient'),
    policy: RUN_RETRY_POLICY,
    now,
    nextDueDate: plus(now, DAY),
    jitter: 1,
    ...request,
  });
  if (settlement.kind === 'retry') {
    return `retry in ${(settlement.at - now) / SECOND} s, ${settlement.countsAsAttempt ? 'counted' : 'not counted'}`;
  }
  return settlement.kind === 'failed' && !settlement.countsAsFailure ? 'failed, not counted' : settlement.kind;
}

describe('a run', () => {
  it.each([
    ['that wrote data succeeded', { outcome: { kind: 'synced', records: 5 } }, 'succeeded'],
    ['that found no data succeeded', { outcome: { kind: 'synced', records: 0 } }, 'succeeded'],
    [
      'that was aborted failed, and says nothing about the source',
      { outcome: { kind: 'aborted' } },
      'failed, not counted',
    ],
    ['that lost its authorisation failed', { outcome: failed('auth') }, 'failed'],
    ['that is wrongly configured failed', { outcome: failed('configuration') }, 'failed'],
    ['that the source refuses for good failed', { outcome: failed('permanent') }, 'failed'],
  ] as const)('%s', (_, request, result) => expect(settled(request)).toBe(result));

  it.each([
    [1, 'retry in 10 s, counted'],
    [2, 'retry in 30 s, counted'],
    [3, 'retry in 90 s, counted'],
    [4, 'retry in 270 s, counted'],
    [5, 'failed'],
  ])('that met a transient failure at attempt %i: %s', (attempt, result) => expect(settled({ attempt })).toBe(result));

  it.each([
    ['goes on after progress reset the row', { attempt: 7, attemptsInARow: 2 }, 'retry in 30 s, counted'],
    ['stops after five in a row', { attempt: 7, attemptsInARow: 5 }, 'failed'],
    ['stops after ten in all', { attempt: 10, attemptsInARow: 1 }, 'failed'],
    ['counts attempts with progress apart', { attempt: 4, progressed: true }, 'retry in 10 s, not counted'],
    [
      'goes on at the nineteenth with progress',
      { progressed: true, attemptsWithProgress: 19 },
      'retry in 10 s, not counted',
    ],
    ['stops at the twentieth with progress', { progressed: true, attemptsWithProgress: 20 }, 'failed'],
  ] as const)('%s', (_, request, result) => expect(settled(request)).toBe(result));

  it.each([
    ['resumes when the rate limit ends, not counted', plus(now, 90 * SECOND), 'retry in 90 s, not counted'],
    ['waits a minute when the source does not say', undefined, 'retry in 60 s, not counted'],
    ['waits a second at least', plus(now, -HOUR), 'retry in 1 s, not counted'],
    ['fails when the limit ends after the next due date', plus(now, 2 * DAY), 'failed'],
  ])('%s', (_, retryAt, result) =>
    expect(settled({ attempt: 9, outcome: failed('rateLimit', { retryAt }) })).toBe(result),
  );

  it.each([
    ['waits for a source that says until when it is down', plus(now, 90 * SECOND), 'retry in 90 s, counted'],
    ['keeps its own pace where that comes later', plus(now, SECOND), 'retry in 10 s, counted'],
  ])('%s', (_, retryAt, result) => expect(settled({ outcome: failed('transient', { retryAt }) })).toBe(result));

  it.each([
    ['is tried again before the next due date', plus(now, 5 * MINUTE + 1), 4, 'retry in 270 s, counted'],
    [
      'is tried again a little after the next due date of a short interval',
      plus(now, 50 * SECOND),
      4,
      'retry in 270 s, counted',
    ],
    ['is left to the next period when a retry would come long after its due date', plus(now, 50 * SECOND), 4, 'failed'],
    ['is tried again whenever there is no next due date', undefined, 4, 'retry in 270 s, counted'],
  ])('%s', (_, nextDueDate, attempt, result) => {
    const slow = { ...RUN_RETRY_POLICY, initialInterval: 30 * SECOND };
    expect(settled({ attempt, nextDueDate, policy: result === 'failed' ? slow : RUN_RETRY_POLICY })).toBe(result);
  });
});

describe('failed due dates in a row', () => {
  const after = (consecutiveFailures: number, disableAfter = 31, failureClass: FailureClass = 'transient') => {
    const result = afterFailure({
      consecutiveFailures: consecutiveFailures - 1,
      disableAfter,
      failure: failure(failureClass),
    });
    expect(result.consecutiveFailures).toBe(consecutiveFailures);
    return [result.disable && 'disable', result.warn && 'warn', result.suspend && 'suspend'].filter(Boolean).join();
  };

  it.each([
    [1, 31, ''],
    [6, 31, ''],
    [7, 31, 'warn'],
    [8, 31, ''],
    [24, 31, 'warn'],
    [30, 31, ''],
    [31, 31, 'disable'],
    [32, 31, 'disable'],
    [7, 7, 'disable'],
    [7, 8, 'warn'],
    [24, 20, 'disable'],
    [3, 3, 'disable'],
    [1, 1, 'disable'],
  ])('%i of at most %i: %s', (count, limit, result) => expect(after(count, limit)).toBe(result));

  it('suspend the sync at once when the connection lost its authorisation', () => {
    expect(after(1, 31, 'auth')).toBe('suspend');
    expect(after(31, 31, 'auth')).toBe('suspend');
  });
});

describe('the status of a run', () => {
  it.each([
    [{ kind: 'synced', records: 3 }, 2000],
    [{ kind: 'synced', records: 0 }, 2040],
    [{ kind: 'aborted' }, 5000],
    [failed('auth'), 4040],
    [failed('auth', { code: 'connection_unlinked' }), 4220],
    [failed('configuration'), 4000],
    [failed('transient'), 5000],
    [failed('permanent', { code: 'period_overlap' }), 5080],
    [failed('permanent', { code: 'record_invalid' }), 5120],
    [failed('transient', { code: 'record_write_failed' }), 5130],
  ] as const)('of %j is %i', (outcome, code) => expect(statusOf(outcome).statusCode).toBe(code));

  it('of every failure is one of the published codes', () => {
    for (const [code, failureClass] of Object.entries(FAILURE_CLASSES)) {
      const { statusCode, status } = statusOf(failed(failureClass, { code: code as FailureCode }));
      expect([4000, 4040, 4220, 5000, 5080, 5120, 5130]).toContain(statusCode);
      expect(status).not.toBe('');
    }
  });
});

describe('a retry policy', () => {
  it('waits longer each time, up to its maximum, and at least half of it', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7].map((attempt) => retryWait(RUN_RETRY_POLICY, attempt, 1) / SECOND);
    expect(waits).toEqual([10, 30, 90, 270, 810, 1_800, 1_800]);
    expect(retryWait(RUN_RETRY_POLICY, 1, 0)).toBe(5 * SECOND);
    expect(nextAttemptAt(RUN_RETRY_POLICY, 10, now, 0)).toBeUndefined();
    expect(nextAttemptAt(RUN_RETRY_POLICY, 9, now, 1)).toBe(now + 30 * MINUTE);
  });

  it('delivers a webhook ten times over 75 hours, never early', () => {
    const waits = Array.from({ length: 10 }, (_, n) => webhookRetryAt(n + 1, now, 0)).map(
      (next) => next && (next - now) / SECOND,
    );
    expect(waits).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400, undefined]);
    const total = waits.reduce<number>((sum, wait) => sum + (wait ?? 0), 0);
    expect(Math.floor(total / 3_600)).toBe(75);
    expect(webhookRetryAt(2, now, 1)).toBe(now + 330 * SECOND);
  });
});
