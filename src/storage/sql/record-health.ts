/**
 * How attempts at an enabled endpoint went. A success ends a series of failures, and so does a long time in which
 * nothing was tried. It ends no pause: it may have been under way when that was asked for. $1 client, $2 endpoint, $3 first failure or null, $4 last success or null, $5 paused until or null,
 * $6 milliseconds between failures of one series.
 */
export const recordHealth = `
update webhook_endpoint
   set failing_since = case
         when $4::timestamptz is not null then null
         when $3::timestamptz is null then failing_since
         when last_failure_at >= $3::timestamptz - make_interval(secs => $6::float8 / 1000) then coalesce(failing_since, $3)
         else $3 end,
       last_failure_at = coalesce($3::timestamptz, last_failure_at),
       last_success_at = coalesce($4::timestamptz, last_success_at),
       paused_until = greatest(paused_until, $5::timestamptz)
 where client_id = $1 and id = $2 and disabled_reason is null`;
