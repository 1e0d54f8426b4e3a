import { endOfQueue } from './pending-changes.js';

/**
 * For statements that hold a snapshot against a model: never row by row, whatever the planner thinks while a table
 * has no statistics; room for a million ids; and minutes for tens of millions. To the end of the transaction.
 */
export const forWholeModels = `
select set_config('enable_nestloop', 'off', true), set_config('work_mem', '64MB', true),
       set_config('statement_timeout', '600s', true)
`;

/** Snapshots that no later run goes on with: all but those that deletions are held for. */
export const forgetUnfinished = `
delete from audit_snapshot s
 where s.client_id = $1 and s.sync_id = $2 and s.model = $3
   and not exists (select from held_deletion h where h.client_id = s.client_id and h.snapshot_id = s.id)
`;

export const beginSnapshot = `
insert into audit_snapshot (client_id, id, sync_id, model, started_at) values ($1, $2, $3, $4, $5)
`;

/**
 * A worker that has lost its run may come with a page that the next one has noted: it finds that out a step later. And
 * a run in between may have begun a snapshot of its own and forgotten this one: then it is not whole, and tells nothing.
 */
export const notePage = `
insert into audit_page (client_id, snapshot_id, page_no, ids)
select $1, $2, $3, $4 from audit_snapshot where client_id = $1 and id = $2
on conflict (client_id, snapshot_id, page_no) do nothing
`;

/** Whether a snapshot has all of its pages: $1 client, $2 snapshot, $3 how many. */
export const isWhole = `
select count(*) = $3::integer and $3::integer > 0 as whole from audit_page where client_id = $1 and snapshot_id = $2
`;

/** CTEs of what a snapshot lacks: $1 client, $2 connection, $3 model, $4 snapshot. */
const missing = `
snapshot as (
  select id, started_at from audit_snapshot where client_id = $1 and id = $4
), seen as (
  select unnest(ids) as record_id from audit_page where client_id = $1 and snapshot_id = $4
), missing as (
  select r.record_id, r.sequence
    from record r
   where r.client_id = $1 and r.connection_id = $2 and r.model = $3 and r.deleted_at is null
     and r.changed_at < (select started_at from snapshot)
     and not exists (select from seen where seen.record_id = r.record_id)
)`;

export const countMissing = `
with ${missing}
select count(*)::integer as missing from missing
`;

export const countLive = `
select count(*)::integer as live from record
 where client_id = $1 and connection_id = $2 and model = $3 and deleted_at is null
`;

/**
 * Deletes the missing records softly, at the end of the feed and in its order, up to $7 of them; null is all.
 * $5 run, $6 now. The feed must be locked.
 */
export const deleteMissing = `
with ${missing}, announced as (
  select record_id, row_number() over (order by sequence) as step from missing order by sequence limit $7
), taken as (
  update connection set last_sequence = last_sequence + (select count(*) from announced)
   where client_id = $1 and id = $2
  returning last_sequence - (select count(*) from announced) as base
), deleted as (
  update record
     set deleted_at = $6, changed_at = $6, sequence = taken.base + step, run_id = $5
    from announced cross join taken
   where record.client_id = $1 and record.connection_id = $2 and record.model = $3
     and record.record_id = announced.record_id
  returning 1
)
select count(*)::integer as deleted from deleted
`;

/** Puts what is missing still at the end of the queue of a sync, in the order of the feed; $5 sync. */
export const deferMissing = `
with ${missing}, deferred as (
  insert into pending_change (client_id, sync_id, model, record_id, place, is_deletion, noted_at)
  select $1, $5, $3, record_id, ${endOfQueue('$5')} + row_number() over (order by sequence), true, started_at
    from missing cross join snapshot
      on conflict (client_id, sync_id, model, record_id) do update
        set is_deletion = true, is_forced = false, data = null, content_hash = null, source_updated_at = null,
            source_created_at = null, noted_at = excluded.noted_at
      where not pending_change.is_deletion
  returning 1
)
select count(*)::integer as deferred from deferred
`;

/** Takes back what waits of records that a snapshot lacks; $2 sync, $3 model, $4 snapshot. */
export const withdrawGone = `
with snapshot as (
  select started_at from audit_snapshot where client_id = $1 and id = $4
), seen as (
  select unnest(ids) as record_id from audit_page where client_id = $1 and snapshot_id = $4
)
delete from pending_change p
 where p.client_id = $1 and p.sync_id = $2 and p.model = $3 and not p.is_deletion
   and p.noted_at < (select started_at from snapshot)
   and not exists (select from seen where seen.record_id = p.record_id)
`;

export const forgetSnapshot = `
delete from audit_snapshot where client_id = $1 and id = $2
`;

/** $5 sync, $6 run, $7 missing, $8 live, $9 now, $10 ids in the sample. */
export const holdMissing = `
with ${missing}
insert into held_deletion (client_id, connection_id, model, snapshot_id, sync_id, run_id, missing, live, held_at, sample)
select $1, $2, $3, $4, $5, $6, $7, $8, $9,
       array(select record_id from missing order by sequence limit $10)
`;

export const heldColumns = 'connection_id, model, snapshot_id, sync_id, run_id, missing, live, held_at, sample';

export const lockHeld = `
select ${heldColumns} from held_deletion where client_id = $1 and connection_id = $2 and model = $3 for update
`;

/** $3 after model or null, $4 rows. */
export const listHeld = `
select ${heldColumns} from held_deletion
 where client_id = $1 and connection_id = $2 and ($3::text is null or model > $3)
 order by model limit $4
`;

/** The deletions go with their snapshot. */
export const dropHeld = `
delete from audit_snapshot s using held_deletion h
 where h.client_id = $1 and h.connection_id = $2 and h.model = $3
   and s.client_id = h.client_id and s.id = h.snapshot_id
`;
