/**
 * Attempts at one endpoint and the deliveries they move on, in one statement, however many: a worker that was slow, not
 * dead, finds the count moved and writes nothing. The deliveries are there already: they are found as a conflict, and so
 * by their key. Joined to, they would be searched among all that are pending, which the statistics always call a few.
 * $1 client, $2 endpoint, $3 attempts as JSON.
 */
export const recordAttempts = `
with made as materialized (
  select * from jsonb_to_recordset($3::jsonb) as attempt (
    "messageId" text, attempt integer, state text, "attemptedAt" timestamptz, "nextAttemptAt" timestamptz, url text,
    "requestHeaders" jsonb, "statusCode" integer, "responseBody" text, "failureCode" text, duration integer)
), moved as (
  insert into webhook_delivery as d (client_id, message_id, endpoint_id, state, attempts, last_attempt_at, next_attempt_at)
  select $1, "messageId", $2, state, attempt, "attemptedAt", "nextAttemptAt" from made
   where exists (select from webhook_endpoint e where e.client_id = $1 and e.id = $2)
  on conflict (client_id, message_id, endpoint_id) do update
    set state = excluded.state, attempts = excluded.attempts, last_attempt_at = excluded.last_attempt_at,
        next_attempt_at = excluded.next_attempt_at
    where d.state = 'pending' and d.attempts = excluded.attempts - 1
  returning d.message_id
)
insert into webhook_attempt (client_id, message_id, endpoint_id, attempt, attempted_at, next_attempt_at, url,
                             request_headers, status_code, response_body, failure_code, duration_ms)
select $1, message_id, $2, attempt, "attemptedAt", "nextAttemptAt", url, "requestHeaders", "statusCode",
       "responseBody", "failureCode", duration
  from moved join made on made."messageId" = moved.message_id`;
