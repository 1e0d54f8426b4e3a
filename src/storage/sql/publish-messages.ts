import { toIso, type Instant } from '../../domain/time/instant.js';
import type { DeliveryJob } from '../../ports/job-queue.js';
import type { NewMessage } from '../../ports/webhooks.js';
import type { Session } from '../session.js';

/**
 * Which enabled endpoints `e` take a message `m` about a company `c`; shared with sending again. Tags are about
 * companies: they say nothing about a message without one. A test is for the endpoint it was asked for.
 */
export const endpointTakesMessage = `
  e.disabled_reason is null and m.type <> 'webhook.test'
  and (e.event_types = '{}' or m.type = any (e.event_types))
  and (e.company_tags = '{}' or m.company_id is null
       or exists (select from jsonb_each_text(c.tags) tag where tag.key || ':' || tag.value = any (e.company_tags)))`;

/**
 * Any number of messages, of any clients, and one delivery for each endpoint that takes one: a single statement.
 * The jobs are answered from what was matched, so that the dispatcher needs no right to read any delivery.
 */
const publish = `
with m as (
  select "clientId" as client_id, id, type, "companyId" as company_id, "connectionId" as connection_id,
         "syncId" as sync_id, "periodId" as period_id, "runId" as run_id, sequence, body,
         addressee ->> 'endpointId' as addressee, (addressee ->> 'at')::timestamptz as at
    from jsonb_to_recordset($1::jsonb) as message (
      "clientId" text, id text, type text, "companyId" text, "connectionId" text, "syncId" text, "periodId" text,
      "runId" text, sequence bigint, body text, addressee jsonb)
), matched as materialized (
  select m.client_id, m.id as message_id, e.id as endpoint_id, coalesce(m.at, $2) as at
    from m
    join webhook_endpoint e on e.client_id = m.client_id
    left join company c on c.client_id = m.client_id and c.id = m.company_id
   where case when m.addressee is null then ${endpointTakesMessage} else e.id = m.addressee end
), written as (
  insert into webhook_message (client_id, id, type, company_id, connection_id, sync_id, period_id, run_id, sequence,
                               body, created_at)
  select client_id, id, type, company_id, connection_id, sync_id, period_id, run_id, sequence, body, $2 from m
), promised as (
  insert into webhook_delivery (client_id, message_id, endpoint_id, next_attempt_at)
  select client_id, message_id, endpoint_id, at from matched
)
select distinct client_id as "clientId", endpoint_id as "endpointId" from matched`;

/**
 * Writes messages and their deliveries in the transaction of `session`, as the dispatcher or as the client itself.
 * Answers the jobs of their first attempts, which the caller enqueues in the same transaction.
 * Refused by the constraint `one_completed_message_per_period` where a period was announced as completed before.
 */
export function publishMessages(
  session: Session,
  messages: readonly NewMessage[],
  now: Instant,
): Promise<readonly DeliveryJob[]> {
  if (messages.length === 0) return Promise.resolve([]);
  const rows = messages.map(({ addressee, ...message }) => ({
    ...message,
    addressee: addressee && { ...addressee, at: toIso(addressee.at) },
  }));
  return session.rows<DeliveryJob>(publish, [JSON.stringify(rows), new Date(now)]);
}
