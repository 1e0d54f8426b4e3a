import { endpointTakesMessage } from './publish-messages.js';

/**
 * What a delivery becomes when its message is promised once more. It keeps its count of attempts, so that one that is
 * under way is still recorded or is out of date, and begins a new round of them.
 */
const promisedAgain = `
on conflict (client_id, message_id, endpoint_id)
  do update set state = 'pending', next_attempt_at = excluded.next_attempt_at, round_start = d.attempts`;

/**
 * Promises a message once more, to the endpoint $3 or, where that is null, to all that take it.
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
${promisedAgain}
returning d.client_id as "clientId", d.endpoint_id as "endpointId"`;

/**
 * Promises an endpoint all it takes of the messages from $3 on and, unless that is null, before $4.
 * $1 client, $2 endpoint, $5 now.
 */
export const replayMessages = `
insert into webhook_delivery as d (client_id, message_id, endpoint_id, next_attempt_at)
select e.client_id, m.id, e.id, $5
  from webhook_endpoint e
  join webhook_message m on m.client_id = e.client_id
  left join company c on c.client_id = m.client_id and c.id = m.company_id
 where e.client_id = $1 and e.id = $2 and ${endpointTakesMessage}
   and m.created_at >= $3 and ($4::timestamptz is null or m.created_at < $4)
${promisedAgain}`;

/** Promises an endpoint what failed of those messages. Parameters as above. */
export const recoverDeliveries = `
update webhook_delivery d
   set state = 'pending', next_attempt_at = $5, round_start = d.attempts
  from webhook_message m
 where d.client_id = $1 and d.endpoint_id = $2 and d.state = 'failed'
   and m.client_id = d.client_id and m.id = d.message_id
   and m.type <> 'webhook.test'
   and m.created_at >= $3 and ($4::timestamptz is null or m.created_at < $4)`;
