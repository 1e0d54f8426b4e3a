/**
 * What is due to an endpoint, the longest due first. $1 client, $2 endpoint, $3 now, $4 messages in hand already, $5 limit.
 */
export const dueDeliveries = `
select d.message_id as "messageId", d.attempts + 1 as attempt, d.attempts - d.round_start + 1 as "attemptInRound", m.body
  from webhook_delivery d
  join webhook_message m on m.client_id = d.client_id and m.id = d.message_id
 where d.client_id = $1 and d.endpoint_id = $2 and d.state = 'pending' and d.next_attempt_at <= $3
   and d.message_id <> all ($4::text[])
 order by d.next_attempt_at, d.message_id limit $5`;

/** When an endpoint is to be tried next; no row where nothing is pending. $1 client, $2 endpoint. */
export const nextAttemptAt = `
select greatest(d.next_attempt_at, e.paused_until) as at
  from webhook_endpoint e
  cross join lateral (
    select next_attempt_at from webhook_delivery
     where client_id = e.client_id and endpoint_id = e.id and state = 'pending'
     order by next_attempt_at limit 1) d
 where e.client_id = $1 and e.id = $2`;
