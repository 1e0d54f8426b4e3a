/** Parameters: now, the instant since which a worker must have been seen. */
export const noteConcurrency = `
insert into pool_minute as m (minute, concurrency)
select date_trunc('minute', $1::timestamptz, 'UTC'), coalesce(sum(worker_concurrency), 0)
  from process where 'worker' = any (roles) and seen_at >= $2
    on conflict (minute) do update set concurrency = excluded.concurrency where m.concurrency < excluded.concurrency`;

/** Parameters: start of the span, its end, length of a slot as an interval. */
export const workerSeconds = `
select date_bin($3::interval, minute, $1) as slot, sum(concurrency)::int * 60 as seconds
  from pool_minute where minute >= $1 and minute < $2 group by 1`;
