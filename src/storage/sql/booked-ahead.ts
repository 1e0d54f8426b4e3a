/**
 * Seconds of work booked in each of the next slots: as booked-by-slot has it, but no further than those slots, however
 * far ahead run dates are given.
 *
 * Parameters: from, slot length in milliseconds, seconds of one run a slot takes, number of slots.
 */
export const bookedAhead = `
select (first + part)::int as ahead, sum(least($3::float8, cost - part * $3::float8)) as seconds
  from (select floor(extract(epoch from run_date - $1::timestamptz)::float8 * 1000 / $2::float8)::int as first,
               greatest(cost_seconds, 0.001)::float8 as cost
          from sync_period
         where status = 'assigned' and run_date >= $1
           and run_date < $1::timestamptz + $4::int * $2::float8 * interval '1 millisecond') p,
       generate_series(0, ceil(cost / $3::float8)::int - 1) part
 where first + part < $4
 group by 1`;
