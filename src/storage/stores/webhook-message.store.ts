import { instantOf } from '../../domain/time/instant.js';
import type { Page, PageRequest } from '../../ports/page.js';
import {
  WebhookMessageStore,
  type DeliveryAttempt,
  type MessageFilter,
  type WebhookMessage,
} from '../../ports/webhooks.js';
import { toDate } from '../columns.js';
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
    const { conditions, parameters } = listedBy(filter, page);
    const rows = await this.session.rows<MessageRow>(
      `select ${messageColumns} from webhook_message m
        where m.client_id = $1 ${conditions.join(' ')} order by m.id desc limit $2`,
      [this.session.clientId, page.limit + 1, ...parameters],
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

/** Only what is asked for is in the statement, so that each filter can be found by its index. */
function listedBy(filter: MessageFilter, page: PageRequest) {
  const conditions: string[] = [];
  const parameters: unknown[] = [];
  const add = (condition: (place: string) => string, value: unknown) => {
    if (value === undefined) return;
    parameters.push(value);
    conditions.push(`and ${condition(`$${parameters.length + 2}`)}`);
  };
  add((place) => `m.type = ${place}`, filter.type);
  add((place) => `m.company_id = ${place}`, filter.companyId);
  add((place) => `m.sync_id = ${place}`, filter.syncId);
  add((place) => `m.created_at >= ${place}`, toDate(filter.since) ?? undefined);
  add((place) => `m.created_at < ${place}`, toDate(filter.until) ?? undefined);
  add((place) => `m.id < ${place}`, page.after);
  if (filter.endpointId === undefined && filter.state === undefined) return { conditions, parameters };
  conditions.push('and exists (select from webhook_delivery d where d.client_id = m.client_id and d.message_id = m.id');
  add((place) => `d.endpoint_id = ${place}`, filter.endpointId);
  add((place) => `d.state = ${place}`, filter.state);
  conditions.push(')');
  return { conditions, parameters };
}

/** Attempts have no id of their own: their place in the list is when, where and the how-many-eth. */
const toPlace = ({ attemptedAt, endpointId, attempt }: DeliveryAttempt): string =>
  [attemptedAt, endpointId, attempt].join(' ');

function fromPlace(place: string): readonly [Date, string, number] {
  const [attemptedAt = '', endpointId = '', attempt = ''] = place.split(' ');
  return [new Date(instantOf(Number(attemptedAt))), endpointId, Number(attempt)];
}
