import { Injectable } from '@nestjs/common';
import { isId } from '../domain/id.js';
import { conflict, found, validationFailed } from '../domain/problem.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import type { Page, PageRequest } from '../ports/page.js';
import type { ClientStores } from '../ports/stores.js';
import type { DeliveryAttempt, MessageFilter, WebhookMessage } from '../ports/webhooks.js';

/** What was announced, how it fared, and sending it again. */
@Injectable()
export class Messages {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  list(clientId: string, filter: MessageFilter, page: PageRequest): Promise<Page<WebhookMessage>> {
    return this.database.asClient(clientId, ({ webhookMessages }) => webhookMessages.list(filter, page));
  }

  async get(clientId: string, messageId: string): Promise<WebhookMessage> {
    return this.database.asClient(clientId, (stores) => find(stores, messageId));
  }

  async attempts(clientId: string, messageId: string, page: PageRequest): Promise<Page<DeliveryAttempt>> {
    return this.database.asClient(clientId, async (stores) => {
      await find(stores, messageId);
      return stores.webhookMessages.attempts(messageId, page);
    });
  }

  /**
   * Queues the same bytes under the same id: to one endpoint, or to every enabled one that subscribes to the message.
   * 422 `unknown_reference`, 409 `endpoint_disabled`.
   */
  async resend(clientId: string, messageId: string, endpointId: string | undefined): Promise<WebhookMessage> {
    const now = await this.clock.now();
    return this.database.asClient(clientId, async (stores) => {
      await find(stores, messageId);
      if (endpointId !== undefined) await requireReceiver(stores, endpointId);
      const jobs = await stores.webhookDeliveries.reopen(messageId, endpointId, now);
      await stores.webhookEndpoints.endPauses(jobs.map((job) => job.endpointId));
      await stores.jobs.enqueueDeliveries(jobs);
      return find(stores, messageId);
    });
  }
}

async function find({ webhookMessages }: ClientStores, messageId: string): Promise<WebhookMessage> {
  return found(await webhookMessages.find(messageId));
}

async function requireReceiver({ webhookEndpoints }: ClientStores, endpointId: string): Promise<void> {
  const endpoint = isId('whe', endpointId) ? await webhookEndpoints.find(endpointId) : undefined;
  if (!endpoint) {
    const message = 'There is no such webhook endpoint.';
    throw validationFailed([{ pointer: '/endpointId', code: 'unknown_reference', message }]);
  }
  if (endpoint.disabledReason)
    throw conflict('endpoint_disabled', 'The webhook endpoint is disabled: enable it first.');
}
