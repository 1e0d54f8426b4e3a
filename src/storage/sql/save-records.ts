/** Locks the connection's feed to the end of the transaction: $1 client, $2 connection. */
export const lockFeed = `
select 1 as locked from connection where client_id = $1 and id = $2 for no key update
`;

/** What versions are compared by; the instant in milliseconds, as reading a date takes the driver longer than all the rest. */
export const versionColumns = `record_id as id, encode(content_hash, 'hex') as hash,
       (extract(epoch from source_updated_at) * 1000)::float8 as updated_at`;

/** What is stored of some records: $1 client, $2 connection, $3 model, $4 ids. */
export const knownRecords = `
select ${versionColumns}, deleted_at is not null as deleted
  from record
 where client_id = $1 and connection_id = $2 and model = $3 and record_id = any($4::text[])
`;

/** Takes the next places of the feed, which must be locked: $1 client, $2 connection, $3 how many. */
export const takePlaces = `
update connection set last_sequence = last_sequence + $3 where client_id = $1 and id = $2
returning last_sequence - $3 as base
`;

/** The columns of records as the parameters from `first` on: ids, hashes, updated, created, places, data as one JSON array. */
export const inputRecords = (first: number): string => `
  rows from (unnest($${first}::text[], $${first + 1}::text[], $${first + 2}::timestamptz[], $${first + 3}::timestamptz[],
                    $${first + 4}::bigint[]),
             jsonb_array_elements($${first + 5}::jsonb))
    as input (id, content_hash, updated_at, created_at, place, data)`;

/** The conflict clause of every write over a stored record. */
export const replaceRecord = `
  on conflict (client_id, connection_id, model, record_id) do update
    set data = excluded.data, content_hash = excluded.content_hash,
        source_updated_at = excluded.source_updated_at, source_created_at = excluded.source_created_at,
        sequence = excluded.sequence, run_id = excluded.run_id, changed_at = excluded.changed_at, deleted_at = null`;

/**
 * Stores records that are new; the feed must be locked since before that was found out, so that they are new still.
 * Without a conflict clause it takes two thirds of the time.
 * $1 client, $2 connection, $3 model, $4 run, $5 now, $6 place in the feed before the first, $7 to $12 the records.
 */
export const insertRecords = `
insert into record (client_id, connection_id, model, record_id, data, content_hash, source_updated_at,
                    source_created_at, sequence, run_id, changed_at)
select $1, $2, $3, id, data, decode(content_hash, 'hex'), updated_at, created_at, $6::bigint + place, $4, $5
  from ${inputRecords(7)}
`;

/** As insertRecords, over what is stored. */
export const replaceRecords = `${insertRecords} ${replaceRecord}`;
