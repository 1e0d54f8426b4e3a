import type { Instant } from '../../domain/time/instant.js';
import type { DueDelivery, EndpointHealth, RecordedAttempt, WebhookEndpoint } from '../../ports/webhooks.js';
import type { SentMessage } from './message-sender.js';
import type { Verdict } from './verdict.js';

/** A message that was sent, and what follows. */
export interface Attempted {
  /** As it was then. */
  readonly endpoint: WebhookEndpoint;
  readonly due: Pick<DueDelivery, 'messageId' | 'attempt'>;
  readonly sentAt: Instant;
  readonly sent: SentMessage;
  readonly verdict: Verdict;
}

/** The attempt as it is kept. */
export const recorded = ({ endpoint, due, sentAt, sent, verdict }: Attempted): RecordedAttempt => ({
  messageId: due.messageId,
  endpointId: endpoint.id,
  attempt: due.attempt,
  attemptedAt: sentAt,
  url: endpoint.url,
  requestHeaders: sent.requestHeaders,
  duration: sent.duration,
  ...(sent.answer.kind === 'answered' && { statusCode: sent.answer.statusCode, responseBody: sent.answer.body }),
  failureCode: verdict.failureCode,
  nextAttemptAt: verdict.nextAttemptAt,
  state: verdict.state,
});

/** What attempts say about their endpoint. */
export function healthAfter(attempts: readonly Attempted[]): EndpointHealth {
  const failures = attempts.filter(({ verdict }) => verdict.failureCode !== undefined).map(({ sentAt }) => sentAt);
  const successes = attempts.filter(({ verdict }) => verdict.state === 'delivered').map(({ sentAt }) => sentAt);
  const pauses = attempts.flatMap(({ verdict }) => (verdict.pauseUntil === undefined ? [] : [verdict.pauseUntil]));
  return { failedAt: earliest(failures), succeededAt: latest(successes), pausedUntil: latest(pauses) };
}

const earliest = (instants: readonly Instant[]): Instant | undefined => instants.toSorted((a, b) => a - b)[0];
const latest = (instants: readonly Instant[]): Instant | undefined => instants.toSorted((a, b) => b - a)[0];
