import { instantOf } from '../../domain/time/instant.js';
import type { Page, PageRequest } from '../../ports/page.js';
import {
  WebhookMessageStore,
  type DeliveryAttempt,
  type MessageFilter,
  type WebhookMessage,
} from '../../ports/webhooks.js';
import type { Session } from '../session.js';
import {
  attemptColumns,
  messageColumns,
  toAttempt,
  toMessage,
  type AttemptRow,
  type MessageRow,
} from './webhook-rows.js';

export class PgWebhookMessageStore extends WebhookMessageStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async find(messageId: string): Promise<WebhookMessage | undefined> {
    const [row] = await this.session.rows<MessageRow>(
      `select ${messageColumns} from webhook_message m where m.client_id = $1 and m.id = $2`,
      [this.session.clientId, messageId],
    );
    return row && toMessage(row);
  }

  override async list(filter: MessageFilter, page: PageRequest): Promise<Page<WebhookMessage>> {
    const rows = await this.session.rows<MessageRow>(
      `select ${messageColumns} from webhook_message m
        where m.client_id = $1
          and ($2::text is null or m.type = $2)
          and ($3::text is null or m.company_id = $3)
          and ($4::text is null or m.sync_id = $4)
          and ($5::text is null or m.id < $5)
        order by m.id desc limit $6`,
      [
        this.session.clientId,
        filter.type ?? null,
        filter.companyId ?? null,
        filter.syncId ?? null,
        page.after ?? null,
        page.limit + 1,
      ],
    );
    const data = rows.slice(0, page.limit).map(toMessage);
    return rows.length > page.limit ? { data, nextAfter: data.at(-1)?.id } : { data };
  }

  override async attempts(messageId: string, page: PageRequest): Promise<Page<DeliveryAttempt>> {
    const after = page.after === undefined ? [null, null, null] : fromPlace(page.after);
    const rows = await this.session.rows<AttemptRow>(
      `select ${attemptColumns} from webhook_attempt a
        where a.client_id = $1 and a.message_id = $2
          and ($3::timestamptz is null or (a.attempted_at, a.endpoint_id, a.attempt) < ($3, $4::text, $5::integer))
        order by a.attempted_at desc, a.endpoint_id desc, a.attempt desc limit $6`,
      [this.session.clientId, messageId, ...after, page.limit + 1],
    );
    const data = rows.slice(0, page.limit).map(toAttempt);
    const last = data.at(-1);
    return rows.length > page.limit && last ? { data, nextAfter: toPlace(last) } : { data };
  }
}

/** Attempts have no id of their own: their place in the list is when, where and the how-many-eth. */
const toPlace = ({ attemptedAt, endpointId, attempt }: DeliveryAttempt): string =>
  [attemptedAt, endpointId, attempt].join(' ');

function fromPlace(place: string): readonly [Date, string, number] {
  const [attemptedAt = '', endpointId = '', attempt = ''] = place.split(' ');
  return [new Date(instantOf(Number(attemptedAt))), endpointId, Number(attempt)];
}
