/**
 * One attempt and the delivery it moves on, or neither: a worker that lost its job finds the count moved.
 * $1 client, $2 message, $3 endpoint, $4 attempt, $5 state from now on, $6 attempted at, $7 next attempt at, $8 url,
 * $9 request headers, $10 status code, $11 response body, $12 failure code, $13 milliseconds.
 */
export const recordAttempt = `
with moved as (
  update webhook_delivery
     set state = $5, attempts = $4::integer, last_attempt_at = $6::timestamptz, next_attempt_at = $7::timestamptz
   where client_id = $1 and message_id = $2 and endpoint_id = $3 and state = 'pending' and attempts = $4::integer - 1
  returning client_id, message_id, endpoint_id
)
insert into webhook_attempt (client_id, message_id, endpoint_id, attempt, attempted_at, next_attempt_at, url,
                             request_headers, status_code, response_body, failure_code, duration_ms)
select client_id, message_id, endpoint_id, $4::integer, $6::timestamptz, $7::timestamptz, $8, $9::jsonb, $10, $11, $12, $13
  from moved`;
