/** Parameters: id, roles, worker concurrency, tzdata version, now. */
export const noteProcess = `
insert into process (id, roles, worker_concurrency, time_zone_data, started_at, seen_at)
values ($1, $2, $3, $4, $5, $5)
    on conflict (id) do update set seen_at = excluded.seen_at`;

/**
 * Runs at the same time of the workers that are alive, or of those that were there before, whichever are more.
 *
 * Parameters: the instant since which a live one has been seen, the instant before.
 */
export const concurrencyNowOrBefore = `
select greatest(sum(worker_concurrency) filter (where seen_at >= $1 and stopped_at is null),
                sum(worker_concurrency) filter (where started_at <= $2 and seen_at >= $2), 0)::int as concurrency
  from process where 'worker' = any (roles)`;

/** Parameter: the instant at which the workers were there. */
export const concurrencyAt = `
select coalesce(sum(worker_concurrency), 0)::int as concurrency
  from process where 'worker' = any (roles) and started_at <= $1 and seen_at >= $1`;

/** Parameters: concurrency, now. */
export const notePlannedPool = `
insert into planned_pool (concurrency, noted_at) values ($1, $2)
    on conflict (one) do update set concurrency = excluded.concurrency, noted_at = excluded.noted_at`;
