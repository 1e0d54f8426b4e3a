import type { Instant } from '../../domain/time/instant.js';
import type { DeliveryJob } from '../../ports/job-queue.js';
import type { NewMessage } from '../../ports/webhooks.js';
import type { Session } from '../session.js';

/** Which enabled endpoints `e` take a message of `m.type` about a company `c`; shared with resending. */
export const endpointTakesMessage = `
  e.disabled_reason is null
  and (e.event_types = '{}' or m.type = any (e.event_types))
  and (e.company_tags = '{}'
       or exists (select from jsonb_each_text(c.tags) tag where tag.key || ':' || tag.value = any (e.company_tags)))`;

/**
 * Any number of messages, of any clients, and one delivery for each endpoint that takes one: a single statement.
 * The deliveries are answered from what was matched, so that the dispatcher needs no right to read any.
 */
const publish = `
with m as (
  select * from jsonb_to_recordset($1::jsonb) as message (
    "clientId" text, id text, type text, "companyId" text, "connectionId" text, "syncId" text, "periodId" text,
    "runId" text, sequence bigint, body text)
), matched as materialized (
  select m."clientId" as client_id, m.id as message_id, e.id as endpoint_id
    from m
    join webhook_endpoint e on e.client_id = m."clientId"
    left join company c on c.client_id = m."clientId" and c.id = m."companyId"
   where ${endpointTakesMessage}
), written as (
  insert into webhook_message (client_id, id, type, company_id, connection_id, sync_id, period_id, run_id, sequence,
                               body, created_at)
  select "clientId", id, type, "companyId", "connectionId", "syncId", "periodId", "runId", sequence, body, $2 from m
), promised as (
  insert into webhook_delivery (client_id, message_id, endpoint_id, next_attempt_at)
  select client_id, message_id, endpoint_id, $2 from matched
)
select client_id as "clientId", message_id as "messageId", endpoint_id as "endpointId", 1 as attempt from matched`;

/**
 * Writes messages and their deliveries in the transaction of `session`, as the dispatcher or as the client itself.
 * Answers the first attempts, which the caller enqueues in the same transaction (`JobStore.enqueueDeliveries`).
 * Refused by the constraint `one_completed_message_per_period` where a period was announced as completed before.
 */
export function publishMessages(
  session: Session,
  messages: readonly NewMessage[],
  now: Instant,
): Promise<readonly DeliveryJob[]> {
  if (messages.length === 0) return Promise.resolve([]);
  return session.rows<DeliveryJob>(publish, [JSON.stringify(messages), new Date(now)]);
}
