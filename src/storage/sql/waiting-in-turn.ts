/** With fewer that wait than this, their clients are read off them; with more, client after client is asked. */
export const FEW = 250;

interface WaitingRows {
  /** Up to FEW of those that wait, as `client_id, lane`. */
  readonly few: string;
  /** Those of the client `turn.client_id` that can be admitted, in its order. */
  readonly ofClient: string;
}

const columns = 'client_id, weight, client_most, last_turn, id, since, connection_id, connection_most, source_host';

/**
 * What waits, of the clients whose turn is next: first those with the fewest places for their weight, among equals who
 * has waited longest. Each is asked for one turn, until there is enough; only when all together have too little for one
 * turn each are they asked for more. So a look costs what it answers, not what waits: of 500,000 that wait for 2,000
 * clients it reads a few dozen.
 *
 * Parameters: $2 lane, $3 how many are wanted, $4 places by client as JSON, $5 clients to leave out.
 */
export const waitingInTurn = ({ few, ofClient }: WaitingRows): string => `
with few as materialized (
  ${few} limit ${FEW}
), turn as materialized (
  select c.id as client_id, c.weight, c.max_concurrent_runs as client_most, extract(epoch from t.admitted_at)::float8 * 1000 as last_turn
    from client c
    left join client_turn t on t.client_id = c.id
   where c.id <> all ($5::text[])
     and ((select count(*) from few) = ${FEW} or c.id in (select client_id from few where lane = $2))
   order by coalesce(($4::jsonb ->> c.id)::int, 0) / c.weight, t.admitted_at nulls first, c.id
), one_turn as materialized (
  select turn.*, waiting.* from turn cross join lateral (${ofClient} limit turn.weight) waiting limit $3
), asked_again as (
  select distinct client_id, weight, client_most, last_turn from one_turn where (select count(*) from one_turn) < $3
)
select ${columns} from one_turn where (select count(*) from one_turn) >= $3
union all
select ${columns}
  from asked_again turn
 cross join lateral (
   ${ofClient} limit turn.weight * (select ceil($3::float8 / count(*)) from asked_again)::int
 ) waiting`;
