import { instant, type Instant } from '../../domain/time/instant.js';
import type { DeliveryAttempt, DeliveryState, WebhookDelivery, WebhookMessage } from '../../ports/webhooks.js';
import { orUndefined, toInstant, toInstantOrUndefined } from '../columns.js';

/** As `deliveries` gives it: made into JSON by the database, so instants are text. */
interface DeliveryRow {
  readonly endpointId: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly lastAttemptAt: string | null;
  readonly nextAttemptAt: string | null;
}

export interface MessageRow {
  readonly id: string;
  readonly type: string;
  readonly company_id: string | null;
  readonly connection_id: string | null;
  readonly sync_id: string | null;
  readonly run_id: string | null;
  /** A bigint, as the driver gives it. */
  readonly sequence: string | number | null;
  readonly body: string;
  readonly created_at: Date;
  readonly deliveries: readonly DeliveryRow[] | null;
}

/** Of a message `m`, with its deliveries in the order the endpoints were made. */
export const messageColumns = `
  m.id, m.type, m.company_id, m.connection_id, m.sync_id, m.run_id, m.sequence, m.body, m.created_at,
  (select json_agg(json_build_object('endpointId', d.endpoint_id, 'state', d.state, 'attempts', d.attempts,
                                     'lastAttemptAt', d.last_attempt_at, 'nextAttemptAt', d.next_attempt_at)
                   order by d.endpoint_id)
     from webhook_delivery d where d.client_id = m.client_id and d.message_id = m.id) as deliveries`;

export const toMessage = (row: MessageRow): WebhookMessage => ({
  id: row.id,
  type: row.type,
  companyId: orUndefined(row.company_id),
  connectionId: orUndefined(row.connection_id),
  syncId: orUndefined(row.sync_id),
  runId: orUndefined(row.run_id),
  sequence: row.sequence === null ? undefined : Number(row.sequence),
  body: row.body,
  createdAt: toInstant(row.created_at),
  deliveries: (row.deliveries ?? []).map(toDelivery),
});

const toDelivery = (row: DeliveryRow): WebhookDelivery => ({
  endpointId: row.endpointId,
  state: row.state,
  attempts: row.attempts,
  lastAttemptAt: fromJson(row.lastAttemptAt),
  nextAttemptAt: fromJson(row.nextAttemptAt),
});

const fromJson = (text: string | null): Instant | undefined => (text === null ? undefined : instant(text));

export interface AttemptRow {
  readonly endpoint_id: string;
  readonly attempt: number;
  readonly attempted_at: Date;
  readonly url: string;
  readonly request_headers: Readonly<Record<string, string>>;
  readonly status_code: number | null;
  readonly response_body: string | null;
  readonly failure_code: string | null;
  readonly duration_ms: number;
  readonly next_attempt_at: Date | null;
}

/** Of an attempt `a`. */
export const attemptColumns = `
  a.endpoint_id, a.attempt, a.attempted_at, a.url, a.request_headers, a.status_code, a.response_body, a.failure_code,
  a.duration_ms, a.next_attempt_at`;

export const toAttempt = (row: AttemptRow): DeliveryAttempt => ({
  endpointId: row.endpoint_id,
  attempt: row.attempt,
  attemptedAt: toInstant(row.attempted_at),
  url: row.url,
  requestHeaders: row.request_headers,
  statusCode: orUndefined(row.status_code),
  responseBody: orUndefined(row.response_body),
  failureCode: orUndefined(row.failure_code),
  duration: row.duration_ms,
  nextAttemptAt: toInstantOrUndefined(row.next_attempt_at),
});
