import { Injectable } from '@nestjs/common';
import { testEventOf } from '../domain/events/endpoint-events.js';
import { found } from '../domain/problem.js';
import { MINUTE, plus, SECOND, type Instant } from '../domain/time/instant.js';
import { makeId } from '../platform/new-id.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import type { DeliveryAttempt, WebhookEndpoint, WebhookMessage } from '../ports/webhooks.js';
import { recorded } from './delivery/attempted.js';
import { MessageSender } from './delivery/message-sender.js';
import { verdictOn } from './delivery/verdict.js';

/** A test message, and what came of its one attempt. */
export interface EndpointTest {
  readonly message: WebhookMessage;
  readonly attempt: DeliveryAttempt;
}

/** After this time a worker sends what a process that died in between did not: longer than any attempt lasts. */
const LEFT_TO_WORKERS = MINUTE;

/**
 * Sends one endpoint a message of its own, at once, past its queue, its pause and its rate, even while it is disabled:
 * so that it can be tried before it is enabled again. What comes of it does not count for the endpoint, and it is not
 * tried again.
 */
@Injectable()
export class TestEndpoint {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly sender: MessageSender,
  ) {}

  /** Answers within the deadline of an attempt. 404 for an unknown endpoint. */
  async execute(clientId: string, endpointId: string): Promise<EndpointTest> {
    const sentAt = await this.clock.now();
    const messageId = makeId('msg', sentAt);
    const body = JSON.stringify(testEventOf(endpointId, sentAt));
    const endpoint = await this.announce({ clientId, endpointId, messageId, body }, sentAt);
    const signal = new AbortController().signal;
    const sent = await this.sender.send({ clientId, endpoint, messageId, body, sentAt, signal });
    const verdict = verdictOn(sent.answer, { now: plus(sentAt, sent.duration), retryAt: undefined, slowDown: 0 });
    const attempt = recorded({ endpoint, due: { messageId, attempt: 1 }, sentAt, sent, verdict });
    return this.database.asClient(clientId, async ({ webhookDeliveries, webhookMessages }) => {
      await webhookDeliveries.record(endpointId, [attempt]);
      return { attempt, message: found(await webhookMessages.find(messageId)) };
    });
  }

  private announce(message: TestMessage, now: Instant): Promise<WebhookEndpoint> {
    const { clientId, endpointId, messageId: id, body } = message;
    return this.database.asClient(clientId, async ({ webhookEndpoints, outbox, jobs }) => {
      const endpoint = found(await webhookEndpoints.find(endpointId));
      const addressee = { endpointId, at: plus(now, LEFT_TO_WORKERS) };
      const promised = await outbox.publish([{ id, clientId, type: 'webhook.test', body, addressee }], now);
      await jobs.enqueueDeliveries(promised, LEFT_TO_WORKERS / SECOND);
      return endpoint;
    });
  }
}

interface TestMessage {
  readonly clientId: string;
  readonly endpointId: string;
  readonly messageId: string;
  readonly body: string;
}
