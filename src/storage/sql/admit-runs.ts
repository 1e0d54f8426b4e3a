/**
 * Marks runs that were asked for as admitted. One that somebody aborts or supersedes at the moment is left alone.
 *
 * Parameters: client ids, run ids (parallel arrays), now.
 */
export const admitRuns = `
update run r
   set admitted_at = $3
  from (select r.client_id, r.id
          from unnest($1::text[], $2::text[]) as picked (client_id, id)
          join run r on r.client_id = picked.client_id and r.id = picked.id
         where r.finished_at is null and r.admitted_at is null
           for no key update of r skip locked) held
 where r.client_id = held.client_id and r.id = held.id
returning r.client_id as "clientId", r.id as "runId"`;

/**
 * Notes that clients were given a place.
 *
 * Parameters: client ids in the order of their places, now.
 */
export const noteTurns = `
insert into client_turn (client_id, admitted_at)
select id, $2::timestamptz + max(place) * interval '1 microsecond'
  from unnest($1::text[]) with ordinality as admitted (id, place) group by id
    on conflict (client_id) do update set admitted_at = excluded.admitted_at`;
