/**
 * Seconds of work booked per slot: what is assigned and has not begun. Work that is longer than a slot holds fills it and
 * goes on in the next ones, as it was placed.
 *
 * Parameters: from, slot length in milliseconds, capacity of a slot in seconds.
 */
export const bookedBySlot = `
select (first + part) * $2::float8 as slot, sum(least($3::float8, cost - part * $3::float8)) as seconds
  from (select floor(extract(epoch from run_date)::float8 * 1000 / $2::float8) as first,
               greatest(cost_seconds, 0.001)::float8 as cost
          from sync_period
         where status = 'assigned' and run_date >= $1) p,
       generate_series(0, ceil(cost / $3::float8)::int - 1) part
 group by 1`;
