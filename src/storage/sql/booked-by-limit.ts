/**
 * Seconds of work booked per slot for each limit, of what is assigned and has not begun. One run takes one place, so
 * work that is longer than a slot goes on in the next ones. What comes under no limit is not answered.
 *
 * Parameters: from, slot length in milliseconds, whether every host has a limit, hosts that have one of their own.
 */
export const bookedByLimit = `
with booked as (
  select c.id as client_id, c.max_concurrent_runs is not null as of_client,
         n.id as connection_id, n.max_concurrent_runs is not null as of_connection,
         n.source_host, n.source_host is not null and ($3::boolean or n.source_host = any ($4::text[])) as of_source,
         floor(extract(epoch from p.run_date)::float8 * 1000 / $2::float8) as first,
         greatest(p.cost_seconds, 0.001)::float8 as cost
    from sync_period p
    join sync s on s.client_id = p.client_id and s.id = p.sync_id
    join connection n on n.client_id = s.client_id and n.id = s.connection_id
    join client c on c.id = p.client_id
   where p.status = 'assigned' and p.run_date >= $1
     and (c.max_concurrent_runs is not null or n.max_concurrent_runs is not null
          or $3::boolean or n.source_host = any ($4::text[]))
)
select l.kind, l.id, (first + part) * $2::float8 as slot,
       sum(least($2::float8 / 1000, cost - part * $2::float8 / 1000)) as seconds
  from booked
 cross join lateral (values ('client', client_id, of_client), ('connection', connection_id, of_connection),
                            ('source', source_host, of_source)) as l (kind, id, counts)
 cross join lateral generate_series(0, ceil(cost * 1000 / $2::float8)::int - 1) part
 where l.counts
 group by 1, 2, 3`;

/** Whether anything at all is limited; seldom so, and then the statement above, a join of all that is assigned, is spared. */
export const anyLimit = `
select exists (select from client where max_concurrent_runs is not null)
    or exists (select from connection where max_concurrent_runs is not null) as any`;
