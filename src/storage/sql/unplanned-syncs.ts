import type { CatchUp } from '../../domain/chain/sync-period.js';
import type { UnplannedChain } from '../../ports/stalled.js';
import { orUndefined, toInstant, toInstantOrUndefined } from '../columns.js';
import { scheduleColumns, toSchedule, type ScheduleRow } from '../schedule-row.js';

const isOn = (alias: string): string => `${alias}.state = 'active' and ${alias}.enabled`;

const isOpen = `status in ('planned', 'assigned', 'queued', 'running')`;
const isActive = `finished_at is null`;

/** Parameters: client id, sync id, size of the page. */
export const pageEnd = `
select client_id as "clientId", id as "syncId" from sync
 where (client_id, id) > ($1, $2) order by client_id, id offset $3 - 1 limit 1`;

const within = (key: string, hasEnd: boolean): string =>
  `(client_id, ${key}) > ($1, $2)${hasEnd ? ` and (client_id, ${key}) <= ($3, $4)` : ''}`;

/**
 * Three stretches of indexes, one taken from another. As an anti-join the planner would read every open period there
 * is for one page of syncs, and a look for each sync took twice as long.
 *
 * Parameters: client id and sync id that the page begins after, and those it ends with, if it has an end.
 */
export const unplanned = (hasEnd: boolean): string => `
select client_id as "clientId", id as "syncId" from sync s where ${within('id', hasEnd)} and ${isOn('s')}
except
select client_id, sync_id from sync_period where ${within('sync_id', hasEnd)} and ${isOpen}
except
select client_id, sync_id from run where ${within('sync_id', hasEnd)} and ${isActive}
 limit 1000`;

/** Locks syncs as an edit does. Parameters: client ids, sync ids (parallel arrays). */
export const lockSyncs = `
select s.client_id, s.id
  from unnest($1::text[], $2::text[]) as k (client_id, id)
  join sync s on s.client_id = k.client_id and s.id = k.id
 order by s.client_id, s.id
   for no key update of s skip locked`;

/**
 * A statement of its own, after the lock: it sees what was committed while the lock was waited for.
 *
 * Parameters: client ids, sync ids (parallel arrays).
 */
export const stillUnplanned = `
select s.client_id, s.id, s.chain_start, s.watermark, s.configured_at, s.average_run_seconds, c.catch_up,
       ${scheduleColumns('s')}
  from unnest($1::text[], $2::text[]) as k (client_id, id)
  join sync s on s.client_id = k.client_id and s.id = k.id
  join client c on c.id = s.client_id
 where ${isOn('s')}
   and not exists (select from sync_period p where p.client_id = s.client_id and p.sync_id = s.id and p.${isOpen})
   and not exists (select from run r where r.client_id = s.client_id and r.sync_id = s.id and r.${isActive})`;

export interface UnplannedRow extends ScheduleRow {
  readonly client_id: string;
  readonly id: string;
  readonly chain_start: Date | null;
  readonly watermark: Date | null;
  readonly configured_at: Date | null;
  readonly average_run_seconds: number | null;
  readonly catch_up: CatchUp;
}

export function toUnplannedChain(row: UnplannedRow): readonly UnplannedChain[] {
  const schedule = toSchedule(row);
  // Both are there or neither is: the constraint schedule_is_whole.
  if (!schedule || !row.chain_start) return [];
  return [
    {
      clientId: row.client_id,
      syncId: row.id,
      schedule,
      chain: { start: toInstant(row.chain_start), watermark: toInstantOrUndefined(row.watermark) },
      configuredAt: toInstantOrUndefined(row.configured_at),
      catchUp: row.catch_up,
      averageRunSeconds: orUndefined(row.average_run_seconds),
    },
  ];
}
