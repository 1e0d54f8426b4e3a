import { Injectable } from '@nestjs/common';
import { conflict, found, validationFailed } from '../domain/problem.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import type { MessageSpan } from '../ports/webhooks.js';

/** What is sent again: what failed, or everything the endpoint takes. */
export type Again = 'recover' | 'replay';

/**
 * Sends an endpoint many messages again, oldest first. One statement makes them pending, and one job asks for a turn of
 * the endpoint: however many there are, they reach it at the pace of its turns.
 */
@Injectable()
export class SendAgain {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Answers how many messages will be sent. 404, 409 `endpoint_disabled`, 422 where the span ends before it begins. */
  async execute(again: Again, { clientId, endpointId }: EndpointOf, span: MessageSpan): Promise<number> {
    if (span.until !== undefined && span.until <= span.since) {
      const message = 'until must be after since.';
      throw validationFailed([{ pointer: '/until', code: 'invalid_range', message }]);
    }
    const now = await this.clock.now();
    return this.database.asClient(clientId, async ({ webhookEndpoints, webhookDeliveries, jobs }) => {
      const endpoint = found(await webhookEndpoints.find(endpointId));
      if (endpoint.disabledReason)
        throw conflict('endpoint_disabled', 'The webhook endpoint is disabled: enable it first.');
      await webhookEndpoints.endPauses([endpointId]);
      const messages = await webhookDeliveries[again](endpointId, span, now);
      if (messages > 0) await jobs.enqueueDeliveries([{ clientId, endpointId }]);
      return messages;
    });
  }
}

interface EndpointOf {
  readonly clientId: string;
  readonly endpointId: string;
}
