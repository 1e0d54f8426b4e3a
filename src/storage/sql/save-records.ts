/** Locks the connection's feed to the end of the transaction: $1 client, $2 connection. */
export const lockFeed = `
select 1 as locked from connection where client_id = $1 and id = $2 for no key update
`;

/**
 * Stores a page of records; the feed must be locked, so that no stored row moves between judging and writing.
 * $1 client, $2 connection, $3 model, $4 rows as JSON, $5 force, $6 run, $7 now.
 */
export const saveRecords = `
with input as (
  select id, data, decode(hash, 'hex') as content_hash, updated_at, created_at, place
    from json_to_recordset($4::json)
      as page (id text, data jsonb, hash text, updated_at timestamptz, created_at timestamptz, place integer)
), changed as (
  select input.*, stored.record_id is null as is_new, row_number() over (order by input.place) as step
    from input
    -- One look into the primary key per row of the page. "offset 0" keeps the planner from joining instead:
    -- while the table has no statistics it takes a model for one row, and would read all of it.
    left join lateral (
      select record_id, content_hash, source_updated_at, deleted_at
        from record
       where client_id = $1 and connection_id = $2 and model = $3 and record_id = input.id
      offset 0
    ) stored on true
   where stored.record_id is null
      or $5::boolean
      or stored.deleted_at is not null
      or case when input.updated_at is not null and stored.source_updated_at is not null
              then input.updated_at > stored.source_updated_at
              else input.content_hash <> stored.content_hash
         end
), total as (
  select count(*) filter (where is_new)::integer as created, count(*) filter (where not is_new)::integer as updated
    from changed
), taken as (
  update connection set last_sequence = last_sequence + total.created + total.updated
    from total
   where client_id = $1 and id = $2 and total.created + total.updated > 0
  returning last_sequence - total.created - total.updated as base
), written as (
  insert into record (client_id, connection_id, model, record_id, data, content_hash, source_updated_at,
                      source_created_at, sequence, run_id, changed_at)
  select $1, $2, $3, id, data, content_hash, updated_at, created_at, taken.base + step, $6, $7
    from changed cross join taken
  on conflict (client_id, connection_id, model, record_id) do update
    set data = excluded.data, content_hash = excluded.content_hash,
        source_updated_at = excluded.source_updated_at, source_created_at = excluded.source_created_at,
        sequence = excluded.sequence, run_id = excluded.run_id, changed_at = excluded.changed_at, deleted_at = null
)
select created, updated from total
`;
