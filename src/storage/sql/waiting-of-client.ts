/** Rows of one kind that wait, as statements name them: `p` in a table, of the client `turn.client_id`. */
export interface WaitingRows {
  readonly table: 'sync_period' | 'run';
  /** What waits at all, by an index that leads on with `key`, and another that has the place before it. */
  readonly waits: string;
  /** The instant that must have come, which begins `key`; absent where all may begin. */
  readonly readyAt?: string;
  readonly key: readonly string[];
  /** The column that tells since when. */
  readonly since: string;
  /** What hinders a row of itself, whatever has room. */
  readonly isFree: string;
  /** The connection of a row of which it has not been noted. */
  readonly connection: string;
}

export interface Wanted {
  /** How many, as an expression. */
  readonly wanted: string;
  /** Whether there are `full_connection` and `full_host` that one can wait behind. */
  readonly someFull: boolean;
}

/**
 * Rows that are walked over beyond those wanted, before places are asked instead. Walking one costs a microsecond, a
 * place four.
 */
const WALKED = 32;
/** Most rows taken from places in one look: each of as many places may have to be asked for as many. */
const MOST_FROM_PLACES = 200;

/**
 * Those of the client `turn.client_id` that can be admitted, in its order. Only where something is full can one wait
 * behind it: then so many rows are walked over, and the rest is asked from place to place, if there are too few.
 */
export function ofClient(waiting: WaitingRows, { wanted, someFull }: Wanted): string {
  const found = (rows: string): string => `
  select id, since, connection_id, connection_most, source_host
    from (${admissible(waiting, rows)} order by ${keyOf(waiting, 'p')} limit ${wanted}) found`;
  if (!someFull) return found(inOrder(waiting));
  return `
  select * from (${found(`${inOrder(waiting)} limit ${wanted} + ${WALKED}`)}) soon
  union all
  select * from (${fromPlaces(waiting, wanted)}) later
  limit ${wanted}`;
}

const keyOf = ({ key }: WaitingRows, alias: string): string => key.map((name) => `${alias}.${name}`).join(', ');

/** Rows that are ready, in the client's order. */
const inOrder = (waiting: WaitingRows): string => {
  const { table, waits, readyAt } = waiting;
  const isReady = readyAt === undefined ? 'true' : `p.${readyAt} <= $1`;
  return `select p.* from ${table} p where ${waits} and ${isReady} order by ${keyOf(waiting, 'p')}`;
};

const placeOf = (alias: string): string => `${alias}.source_host, ${alias}.connection_id`;

/**
 * Rows of a place that are ready, behind the edge. Bounds and order name the place, where two equalities would say the
 * same, because then only the index of places has that order: the other one would be walked over to its end.
 */
const ofPlace = (waiting: WaitingRows): string => {
  const { table, waits, readyAt } = waiting;
  const upTo =
    readyAt === undefined
      ? `(${placeOf('p')}) <= (${placeOf('place')})`
      : `(${placeOf('p')}, p.${readyAt}) <= (${placeOf('place')}, $1)`;
  return `select p.* from ${table} p
           where ${waits} and ${upTo}
             and (${placeOf('p')}, ${keyOf(waiting, 'p')}) > (${placeOf('place')}, ${keyOf(waiting, 'edge')})
           order by ${placeOf('p')}, ${keyOf(waiting, 'p')}`;
};

const hasRoom = (connection: string, host: string): string =>
  `${connection} not in (select id from full_connection) and ${host} not in (select host from full_host)`;

/**
 * What of some rows can be admitted, with the place it comes under. What is noted of a row's place is held against what
 * is full first; then the place itself is, as a connection may have been edited since. The lateral parts with "offset 0"
 * are looks into primary keys, a few for each row answered; joined, the planner would read tables (of a million syncs:
 * 5 s).
 */
const admissible = (waiting: WaitingRows, rows: string): string => `
  select ${keyOf(waiting, 'p')}, p.${waiting.since} as since, c.connection_id, n.max_concurrent_runs as connection_most, n.source_host
    from (${rows}) p
   cross join lateral (select coalesce(nullif(p.connection_id, ''), ${waiting.connection}) as connection_id offset 0) c
   cross join lateral (select max_concurrent_runs, source_host from connection
                        where client_id = turn.client_id and id = c.connection_id offset 0) n
   where ${hasRoom('p.connection_id', 'p.source_host')} and ${waiting.isFree}
     and ${hasRoom('c.connection_id', `coalesce(n.source_host, '')`)}`;

/**
 * The rest, from place to place: from each connection that has room the first behind those that were walked over, and of
 * these as many as are wanted. A full host is passed over in one step, a full connection in another, whatever waits
 * behind them.
 */
function fromPlaces(waiting: WaitingRows, wanted: string): string {
  const most = `least(${wanted}, ${MOST_FROM_PLACES})`;
  const [rows, order] = [ofPlace(waiting), `order by ${placeOf('p')}, ${keyOf(waiting, 'p')}`];
  const isFull = 'place.source_host in (select host from full_host)';
  return `
  select found.*
    from (${inOrder(waiting)} offset ${wanted} + ${WALKED - 1} limit 1) edge
   cross join lateral (
     with recursive place as (
       ${firstPlace(waiting, 'true')}
       union all
       select next.* from place cross join lateral (
         ${firstPlace(waiting, `${isFull} and p.source_host > place.source_host`)}
         union all
         ${firstPlace(waiting, `not ${isFull} and (${placeOf('p')}) > (${placeOf('place')})`)}
       ) next
     ), free as materialized (
       select place.*
         from place
        cross join lateral (${admissible(waiting, rows)} ${order} limit 1) first
        where ${hasRoom('place.connection_id', 'place.source_host')}
        order by ${keyOf(waiting, 'first')} limit ${most}
     )
     select own.id, own.since, own.connection_id, own.connection_most, own.source_host
       from free place
      cross join lateral (${admissible(waiting, rows)} ${order} limit ${most}) own
      order by ${keyOf(waiting, 'own')} limit ${most}
   ) found`;
}

/** The first row of the first place for which something holds, as that place. */
const firstPlace = ({ table, waits }: WaitingRows, holds: string): string => `
       (select ${placeOf('p')} from ${table} p where ${waits} and ${holds}
         order by ${placeOf('p')} limit 1)`;
