import type { Response } from 'express';
import { toIso, type Instant } from '../domain/time/instant.js';
import { etag } from '../platform/etag.js';
import type { DeliveryAttempt, WebhookDelivery, WebhookMessage } from '../ports/webhooks.js';
import type { ShownEndpoint } from './endpoints.js';

const isoOrNull = (at: Instant | undefined): string | null => (at === undefined ? null : toIso(at));

const futureOrNull = (at: Instant | undefined, now: Instant): string | null =>
  at !== undefined && at > now ? toIso(at) : null;

/** An endpoint as the API answers it: without its secret. */
export const endpointView = ({ endpoint, headerNames, oldSecretUntil, now }: ShownEndpoint) => ({
  id: endpoint.id,
  url: endpoint.url,
  description: endpoint.description ?? null,
  eventTypes: endpoint.eventTypes,
  companyTags: endpoint.companyTags,
  headerNames,
  rateLimit: endpoint.rateLimit ?? null,
  enabled: endpoint.disabledReason === undefined,
  disabledReason: endpoint.disabledReason ?? null,
  failingSince: isoOrNull(endpoint.failingSince),
  lastSuccessAt: isoOrNull(endpoint.lastSuccessAt),
  pausedUntil: futureOrNull(endpoint.pausedUntil, now),
  oldSecretUntil: futureOrNull(oldSecretUntil, now),
  createdAt: toIso(endpoint.createdAt),
  updatedAt: toIso(endpoint.updatedAt),
});

/** The view of an endpoint, whose version goes into the answer's header. */
export function tagged(response: Response, shown: ShownEndpoint) {
  response.setHeader('etag', etag(shown.endpoint.version));
  return endpointView(shown);
}

const deliveryView = (delivery: WebhookDelivery) => ({
  endpointId: delivery.endpointId,
  state: delivery.state,
  attempts: delivery.attempts,
  lastAttemptAt: isoOrNull(delivery.lastAttemptAt),
  nextAttemptAt: isoOrNull(delivery.nextAttemptAt),
});

export const messageView = (message: WebhookMessage) => ({
  id: message.id,
  type: message.type,
  companyId: message.companyId ?? null,
  connectionId: message.connectionId ?? null,
  syncId: message.syncId ?? null,
  runId: message.runId ?? null,
  sequence: message.sequence ?? null,
  createdAt: toIso(message.createdAt),
  deliveries: message.deliveries.map(deliveryView),
});

export const messageDetailView = (message: WebhookMessage) => ({
  ...messageView(message),
  payload: JSON.parse(message.body) as unknown,
});

export const attemptView = (attempt: DeliveryAttempt) => ({
  endpointId: attempt.endpointId,
  attempt: attempt.attempt,
  attemptedAt: toIso(attempt.attemptedAt),
  url: attempt.url,
  requestHeaders: attempt.requestHeaders,
  outcome: attempt.failureCode === undefined ? 'delivered' : 'failed',
  statusCode: attempt.statusCode ?? null,
  failureCode: attempt.failureCode ?? null,
  durationMs: attempt.duration,
  responseBody: attempt.responseBody ?? null,
  nextAttemptAt: isoOrNull(attempt.nextAttemptAt),
});
