import { ofClient, type WaitingRows } from './waiting-of-client.js';

/** With fewer that wait than this, their clients are read off them; with more, client after client is asked. */
export const FEW = 250;

/** The statements of one kind of rows, each in two forms. */
export interface WaitingStatements {
  /** Where nothing is full nobody waits behind it: half the statement, and half the time to plan it. */
  readonly nothingFull: WaitingForm;
  readonly someFull: WaitingForm;
}

interface WaitingForm {
  readonly oneTurn: string;
  readonly moreTurns: string;
}

export const waitingInTurn = (waiting: WaitingRows, few: string): WaitingStatements => {
  const formOf = (rows: WaitingRows, someFull: boolean): WaitingForm => ({
    oneTurn: oneTurn(few, ofClient(rows, { wanted: 'turn.weight', someFull })),
    moreTurns: moreTurns(ofClient(rows, { wanted: 'turn.wanted', someFull })),
  });
  return { nothingFull: formOf(waiting, false), someFull: formOf(waiting, true) };
};

const turnColumns =
  'c.id as client_id, c.weight, c.max_concurrent_runs as client_most, extract(epoch from t.admitted_at)::float8 * 1000 as last_turn';
const columns = 'client_id, weight, client_most, last_turn, id, since, connection_id, connection_most, source_host';

/** The sets as tables: of an array the planner estimates each member, wherever it occurs (5,000: a tenth of a second). */
const full = `
full_connection as materialized (
  select unnest($3::text[]) as id
), full_host as materialized (
  select unnest($4::text[]) as host
)`;

/**
 * What waits, of the clients whose turn is next: first those with the fewest places for their weight, among equals who
 * has waited longest. Each is asked for one turn, until there is enough. So a look costs what it answers, not what
 * waits: of 500,000 that wait for 2,000 clients it reads a few dozen.
 *
 * Parameters: now, lane, connections and hosts without room, how many are wanted, places by client as JSON, clients to
 * leave out.
 */
const oneTurn = (few: string, waiting: string): string => `
with ${full}, few as materialized (
  ${few} limit ${FEW}
), turn as materialized (
  select ${turnColumns}
    from client c
    left join client_turn t on t.client_id = c.id
   where c.id <> all ($7::text[])
     and ((select count(*) from few) = ${FEW} or c.id in (select client_id from few where lane = $2))
   order by coalesce(($6::jsonb ->> c.id)::int, 0) / c.weight, t.admitted_at nulls first, c.id
)
select ${columns} from turn cross join lateral (${waiting}) waiting limit $5`;

/**
 * What waits of some clients, as many turns of each at once: only where all together have too little for one turn each.
 *
 * Parameters: now, lane, connections and hosts without room, the clients, turns.
 */
const moreTurns = (waiting: string): string => `
with ${full}, turn as materialized (
  select ${turnColumns}, c.weight * $6::int as wanted
    from client c
    left join client_turn t on t.client_id = c.id
   where c.id = any ($5::text[]) and $1::timestamptz is not null
)
select ${columns} from turn cross join lateral (${waiting}) waiting`;
