import { inputRecords, replaceRecord, versionColumns } from './save-records.js';

/** What waits of some records: $1 client, $2 sync, $3 model, $4 ids. */
export const pendingRecords = `
select ${versionColumns}, is_deletion as deleted
  from pending_change
 where client_id = $1 and sync_id = $2 and model = $3 and record_id = any($4::text[])
`;

/** Rows of the queue of a sync by place. The collation picks the index of the queue: see the migrations. */
const inQueue = (sync: string): string => `client_id collate "C" = $1 and sync_id collate "C" = ${sync}`;

/** Where the queue of a sync ends; its connection is locked, so nobody else adds to it. */
export const endOfQueue = (sync: string): string =>
  `(select coalesce(max(place), 0) from pending_change where ${inQueue(sync)})`;

/**
 * Puts changed records at the end of the queue, or in the place of the version that waits.
 * $1 client, $2 sync, $3 model, $4 forced, $5 now, $6 to $11 the records.
 */
export const deferRecords = `
insert into pending_change (client_id, sync_id, model, record_id, place, is_forced, data, content_hash,
                            source_updated_at, source_created_at, noted_at)
select $1, $2, $3, id, ${endOfQueue('$2')} + place, $4, data, decode(content_hash, 'hex'), updated_at, created_at, $5
  from ${inputRecords(6)}
  on conflict (client_id, sync_id, model, record_id) do update
    set is_deletion = false, is_forced = pending_change.is_forced or excluded.is_forced, data = excluded.data,
        content_hash = excluded.content_hash, source_updated_at = excluded.source_updated_at,
        source_created_at = excluded.source_created_at, noted_at = excluded.noted_at
`;

/**
 * Announces the oldest changes of a sync, but for those that a newer one has overtaken; the feed must be locked.
 * $1 client, $2 connection, $3 sync, $4 run, $5 now, $6 how many. Answers, by model, what was taken from the queue
 * and what became of it.
 */
export const releaseChanges = `
with waiting as (
  delete from pending_change
   where ${inQueue('$3')}
     and place <= (select max(place)
                     from (select place from pending_change where ${inQueue('$3')} order by place limit $6) oldest)
  returning *
), judged as (
  select waiting.*, stored.record_id is null as is_new,
         case when waiting.is_deletion
                then stored.record_id is not null and stored.deleted_at is null and stored.changed_at <= waiting.noted_at
              when stored.record_id is null then true
              -- Whatever was forced, a newer state and a deletion since then stand.
              when waiting.is_forced
                then stored.changed_at <= waiting.noted_at
                  or (stored.deleted_at is null and waiting.source_updated_at >= stored.source_updated_at)
              when stored.deleted_at is not null then stored.changed_at <= waiting.noted_at
              when stored.source_updated_at is not null and waiting.source_updated_at is not null
                then waiting.source_updated_at > stored.source_updated_at
              else (stored.content_hash = waiting.content_hash) is not true and stored.changed_at <= waiting.noted_at
         end as applies
    from waiting
    -- One look into the primary key for each, as in admit-periods.
    left join lateral (
      select record_id, content_hash, source_updated_at, deleted_at, changed_at from record
       where client_id = $1 and connection_id = $2 and model = waiting.model and record_id = waiting.record_id
      offset 0
    ) stored on true
), announced as (
  select *, row_number() over (order by place) as step from judged where applies
), taken as (
  update connection set last_sequence = last_sequence + (select count(*) from announced)
   where client_id = $1 and id = $2
  returning last_sequence - (select count(*) from announced) as base
), written as (
  insert into record (client_id, connection_id, model, record_id, data, content_hash, source_updated_at,
                      source_created_at, sequence, run_id, changed_at)
  select $1, $2, model, record_id, data, content_hash, source_updated_at, source_created_at, taken.base + step, $4, $5
    from announced cross join taken
   where not is_deletion
  ${replaceRecord}
), deleted as (
  update record
     set deleted_at = $5, changed_at = $5, sequence = taken.base + step, run_id = $4
    from announced cross join taken
   where announced.is_deletion and record.client_id = $1 and record.connection_id = $2
     and record.model = announced.model and record.record_id = announced.record_id
)
select model, count(*)::integer as taken,
       count(*) filter (where applies and not is_deletion and is_new)::integer as created,
       count(*) filter (where applies and not is_deletion and not is_new)::integer as updated,
       count(*) filter (where applies and is_deletion)::integer as deleted
  from judged
 group by model
`;

/** $1 client, $2 sync. */
export const anyPending = `
select exists (select from pending_change where ${inQueue('$2')}) as any
`;
