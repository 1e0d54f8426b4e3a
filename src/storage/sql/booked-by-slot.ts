/**
 * Seconds of work booked per slot and lane: what is assigned and has not begun. Work that is longer than a
 * slot takes of one run goes on in the next ones, as it was placed.
 *
 * Parameters: from, slot length in milliseconds, seconds of one run a slot takes of regular work, of
 * backfills.
 */
export const bookedBySlot = `
select (first + part) * $2::float8 as slot, lane, sum(least(most, cost - part * most)) as seconds
  from (select floor(extract(epoch from run_date)::float8 * 1000 / $2::float8) as first, lane,
               case lane when 'backfill' then $4::float8 else $3::float8 end as most,
               greatest(cost_seconds, 0.001)::float8 as cost
          from sync_period
         where status = 'assigned' and run_date >= $1) p,
       generate_series(0, ceil(cost / most)::int - 1) part
 group by 1, 2`;
