const level = `(array['debug', 'info', 'warn', 'error'])`;
const at = `(extract(epoch from l.at) * 1000)::bigint`;

/**
 * Adds lines to runs that the transaction holds, after the lines they have. As only the holder of a run writes
 * to its log, no two lines can take the same place.
 *
 * Parameters: client ids, run ids, places among the new lines of the run, instants, levels (from 0), models,
 * messages, data (parallel arrays).
 */
export const addLines = `
insert into run_log (client_id, run_id, sequence, at, level, model, message, data)
select x.client_id, x.run_id, coalesce(last.sequence, 0) + x.place, x.at, ${level}[x.level + 1], x.model, x.message,
       x.data::jsonb
  from unnest($1::text[], $2::text[], $3::integer[], $4::timestamptz[], $5::integer[], $6::text[], $7::text[], $8::text[])
    as x (client_id, run_id, place, at, level, model, message, data)
  left join lateral (
    select l.sequence from run_log l
     where l.client_id = x.client_id and l.run_id = x.run_id
     order by l.sequence desc limit 1
  ) last on true`;

/** Parameters: client id, run id, sequence to go on after, levels or null, model or null, most lines. */
export const listLines = `
select l.sequence, ${at} as at, l.level, l.model, l.message, l.data
  from run_log l
 where l.client_id = $1 and l.run_id = $2 and l.sequence > $3
   and ($4::text[] is null or l.level = any ($4)) and ($5::text is null or l.model = $5)
 order by l.sequence limit $6`;

/**
 * What is new of any number of runs. One statement sees one moment: a run that it finds finished has all of
 * its lines.
 *
 * Parameters: client ids, run ids, sequences to go on after (parallel arrays), most lines of each.
 */
export const followRuns = `
select p.place::integer as place, r.state, r.status_code, r.status, r.error_message, r.progress, new.lines
  from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality as p (client_id, run_id, after, place)
  join run r on r.client_id = p.client_id and r.id = p.run_id
 cross join lateral (
   select coalesce(jsonb_agg(to_jsonb(one) order by one.sequence), '[]') as lines
     from (select l.sequence, ${at} as at, l.level, l.model, l.message, l.data
             from run_log l
            where l.client_id = p.client_id and l.run_id = p.run_id and l.sequence > p.after
            order by l.sequence limit $4) one
 ) new`;

/** Parameters: instant, most lines. */
export const deleteLines = `
delete from run_log l
 using (select client_id, run_id, sequence from run_log where at < $1 order by at limit $2) old
 where l.client_id = old.client_id and l.run_id = old.run_id and l.sequence = old.sequence`;
