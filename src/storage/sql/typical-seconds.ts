/** Syncs of a client that are looked at: half a millisecond. */
const OF_A_CLIENT = 500;
/** The same where all clients are: of each a few, so that none speaks for the others. */
const OF_EACH_CLIENT = 20;
const OF_ALL = 1_000;
/** Clients that are asked for them, measured or not. */
const CLIENTS = 2_000;

/**
 * What the runs of clients take: the middle one of their syncs' averages, of the first in the order of the key, since an
 * index of those that have one would be a write more for each run.
 *
 * Parameter: client ids.
 */
export const typicalOfClients = `
select k.id as client_id, typical.seconds
  from unnest($1::text[]) k (id)
 cross join lateral (
   select percentile_cont(0.5) within group (order by average_run_seconds) as seconds
     from (select average_run_seconds from sync where client_id = k.id order by id limit ${OF_A_CLIENT}) s
 ) typical
 where typical.seconds is not null`;

/** What the runs of all clients take; null where none has been measured. */
export const typicalOfAll = `
select percentile_cont(0.5) within group (order by average_run_seconds) as seconds
  from (select s.average_run_seconds
          from (select id from client order by id limit ${CLIENTS}) c
         cross join lateral (select average_run_seconds from sync
                              where client_id = c.id order by id limit ${OF_EACH_CLIENT}) s
         where s.average_run_seconds is not null
         limit ${OF_ALL}) sample`;

export interface TypicalRow {
  readonly client_id: string;
  readonly seconds: number;
}
