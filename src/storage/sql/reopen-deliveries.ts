import { endpointTakesMessage } from './publish-messages.js';

/**
 * Promises a message once more, to the endpoint $3 or, where that is null, to all that take it. A delivery keeps its
 * count of attempts, so that a job still waiting for the old time is out of date.
 * $1 client, $2 message, $4 now. Answers jobs.
 */
export const reopenDeliveries = `
insert into webhook_delivery as d (client_id, message_id, endpoint_id, next_attempt_at)
select e.client_id, m.id, e.id, $4
  from webhook_message m
  join webhook_endpoint e on e.client_id = m.client_id
  left join company c on c.client_id = m.client_id and c.id = m.company_id
 where m.client_id = $1 and m.id = $2
   and case when $3::text is null then ${endpointTakesMessage} else e.id = $3 and e.disabled_reason is null end
on conflict (client_id, message_id, endpoint_id)
  do update set state = 'pending', next_attempt_at = excluded.next_attempt_at
returning d.client_id as "clientId", d.message_id as "messageId", d.endpoint_id as "endpointId", d.attempts + 1 as attempt`;
