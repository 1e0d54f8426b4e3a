// The collation picks the feed's own index: see the migration.
const ofTheFeed = `client_id collate "C" = $1 and connection_id collate "C" = $2 and sequence > $3`;

const columns = `model, record_id, sequence, data, source_updated_at, source_created_at, run_id, changed_at, deleted_at`;

/** The change feed: $1 client, $2 connection, $3 after sequence, $4 rows. */
export const recordFeed = `
select ${columns}
  from record
 where ${ofTheFeed}
 order by sequence
 limit $4
`;

/**
 * How far one call looks through a feed that it filters: there is no index by model, and a rare model would be
 * looked for among all the others. $4 places of the feed.
 */
export const feedHorizon = `
select coalesce(max(sequence), $3) as reached, count(*) = $4 as more
  from (select sequence from record where ${ofTheFeed} order by sequence limit $4) looked_through
`;

/** $4 up to sequence, $5 model or null, $6 changed since or null, $7 rows. */
export const filteredFeed = `
select ${columns}
  from record
 where ${ofTheFeed} and sequence <= $4
   and ($5::text is null or model = $5)
   and ($6::timestamptz is null or changed_at >= $6)
 order by sequence
 limit $7
`;
