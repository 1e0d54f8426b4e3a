import type { Instant } from '../../domain/time/instant.js';
import type { DeliveryJob } from '../../ports/job-queue.js';
import {
  WebhookDeliveryStore,
  type DeliveryAttempt,
  type DeliveryKey,
  type DeliveryState,
  type DisabledReason,
  type DueDelivery,
} from '../../ports/webhooks.js';
import { orUndefined, toDate } from '../columns.js';
import { recordAttempt } from '../sql/record-attempt.js';
import { reopenDeliveries } from '../sql/reopen-deliveries.js';
import type { Session } from '../session.js';

interface DueRow {
  readonly body: string;
  readonly url: string;
  readonly secrets: Buffer;
  readonly secrets_key_id: string;
  readonly disabled_reason: DisabledReason | null;
}

export class PgWebhookDeliveryStore extends WebhookDeliveryStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async findDue({ messageId, endpointId, attempt }: DeliveryKey): Promise<DueDelivery | undefined> {
    const [row] = await this.session.rows<DueRow>(
      `select m.body, e.url, e.secrets, e.secrets_key_id, e.disabled_reason
         from webhook_delivery d
         join webhook_message m on m.client_id = d.client_id and m.id = d.message_id
         join webhook_endpoint e on e.client_id = d.client_id and e.id = d.endpoint_id
        where d.client_id = $1 and d.message_id = $2 and d.endpoint_id = $3
          and d.state = 'pending' and d.attempts = $4 - 1`,
      [this.session.clientId, messageId, endpointId, attempt],
    );
    if (!row) return undefined;
    const secrets = { ciphertext: row.secrets, keyId: row.secrets_key_id };
    const disabledReason = orUndefined(row.disabled_reason);
    return { body: row.body, endpoint: { id: endpointId, url: row.url, secrets, disabledReason } };
  }

  override async record(messageId: string, attempt: DeliveryAttempt, state: DeliveryState): Promise<boolean> {
    const touched = await this.session.touched(recordAttempt, [
      this.session.clientId,
      messageId,
      attempt.endpointId,
      attempt.attempt,
      state,
      new Date(attempt.attemptedAt),
      toDate(attempt.nextAttemptAt),
      attempt.url,
      JSON.stringify(attempt.requestHeaders),
      attempt.statusCode ?? null,
      attempt.responseBody ?? null,
      attempt.failureCode ?? null,
      attempt.duration,
    ]);
    return touched === 1;
  }

  override async fail({ messageId, endpointId, attempt }: DeliveryKey): Promise<void> {
    await this.session.touched(
      `update webhook_delivery set state = 'failed', next_attempt_at = null
        where client_id = $1 and message_id = $2 and endpoint_id = $3 and state = 'pending' and attempts = $4 - 1`,
      [this.session.clientId, messageId, endpointId, attempt],
    );
  }

  override async reopen(
    messageId: string,
    endpointId: string | undefined,
    now: Instant,
  ): Promise<readonly DeliveryJob[]> {
    return this.session.rows<DeliveryJob>(reopenDeliveries, [
      this.session.clientId,
      messageId,
      endpointId ?? null,
      new Date(now),
    ]);
  }
}
