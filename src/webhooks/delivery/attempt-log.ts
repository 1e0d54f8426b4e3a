import { Injectable, Logger } from '@nestjs/common';
import { endpointDisabledEventOf } from '../../domain/events/endpoint-events.js';
import { MINUTE, type Instant } from '../../domain/time/instant.js';
import { Counters } from '../../platform/counters.js';
import { makeId } from '../../platform/new-id.js';
import type { ClientStores } from '../../ports/stores.js';
import type { EndpointHealth, WebhookEndpoint } from '../../ports/webhooks.js';
import { healthAfter, recorded, type Attempted } from './attempted.js';
import { DeliveryDatabase } from './delivery-database.js';
import { DeliveryPolicy } from './delivery-policy.js';

/** Attempts at one endpoint, one after another or at the same time. */
export interface AttemptsOf {
  readonly clientId: string;
  /** As it was last seen. */
  readonly endpoint: WebhookEndpoint;
  readonly attempts: readonly Attempted[];
  readonly now: Instant;
}

/** How old the note of the last success may be: it is not worth a write for each delivery. */
const SUCCESS_NOTED_EVERY = MINUTE;

/** Keeps attempts, what they do to their deliveries and what they say about the endpoint: one transaction. */
@Injectable()
export class AttemptLog {
  private readonly logger = new Logger('deliver');

  constructor(
    private readonly database: DeliveryDatabase,
    private readonly policy: DeliveryPolicy,
    private readonly counters: Counters,
  ) {}

  /** Answers the endpoint as it is now where something was noted of it. */
  async record(made: AttemptsOf): Promise<WebhookEndpoint | undefined> {
    const { clientId, endpoint, attempts } = made;
    const { health, reason } = await this.database.asClient(clientId, async (stores) => {
      // First of all locks the endpoint, as every other transaction that disables one.
      const noted = await this.noteHealth(stores, made);
      await stores.webhookDeliveries.record(endpoint.id, attempts.map(recorded));
      return { health: noted, reason: noted && (await this.disable(stores, made, noted)) };
    });
    for (const attempt of attempts) {
      this.counters.deliveryAttempts.inc({ outcome: attempt.verdict.state });
      if (attempt.verdict.failureCode) this.logger.warn(failureLine(attempt));
    }
    if (!reason) return health;
    this.logger.warn(`${endpoint.id} is disabled: ${reason}.`);
    return health && { ...health, disabledReason: reason };
  }

  /** Undefined where there is nothing to note, or the endpoint is disabled already. */
  private async noteHealth(
    { webhookEndpoints }: ClientStores,
    { endpoint, attempts }: AttemptsOf,
  ): Promise<WebhookEndpoint | undefined> {
    const health = healthAfter(attempts);
    if (health.failedAt === undefined && !isNews(endpoint, health)) return undefined;
    return webhookEndpoints.recordHealth(endpoint.id, health, this.policy.failuresApart);
  }

  private async disable(
    { webhookEndpoints, outbox, jobs }: ClientStores,
    { clientId, attempts, now }: AttemptsOf,
    { id, url, failingSince }: WebhookEndpoint,
  ): Promise<'gone' | 'failing' | undefined> {
    const isGone = attempts.some(({ verdict }) => verdict.isGone);
    const isFailing = failingSince !== undefined && now - failingSince >= this.policy.failingFor;
    if (!isGone && !isFailing) return undefined;
    const disabledReason = isGone ? 'gone' : 'failing';
    await webhookEndpoints.update(id, { disabledReason }, now);
    const event = endpointDisabledEventOf({ at: now, endpointId: id, url, reason: disabledReason, failingSince });
    const message = { id: makeId('msg', now), clientId, type: event.type, body: JSON.stringify(event) };
    await jobs.enqueueDeliveries(await outbox.publish([message], now));
    return disabledReason;
  }
}

function isNews({ failingSince, lastSuccessAt }: WebhookEndpoint, { succeededAt }: EndpointHealth): boolean {
  if (succeededAt === undefined) return false;
  return failingSince !== undefined || lastSuccessAt === undefined || succeededAt - lastSuccessAt > SUCCESS_NOTED_EVERY;
}

function failureLine({ endpoint, due, verdict }: Attempted): string {
  const end = verdict.state === 'pending' ? '' : ', the last';
  return `${due.messageId} to ${endpoint.id}: attempt ${due.attempt}${end}: ${verdict.failureCode}`;
}
