// The collation picks the feed's own indexes: see the migration.
/** The change feed: $1 client, $2 connection, $3 after sequence, $4 model or null, $5 changed since or null, $6 rows. */
export const recordFeed = `
select model, record_id, sequence, data, source_updated_at, source_created_at, run_id, changed_at, deleted_at
  from record
 where client_id collate "C" = $1 and connection_id collate "C" = $2 and sequence > $3
   and ($4::text is null or model = $4)
   and ($5::timestamptz is null or changed_at >= $5)
 order by sequence
 limit $6
`;
