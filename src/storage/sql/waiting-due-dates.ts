import type { WaitingPeriod } from '../../ports/due-dates.js';
import type { PeriodKind } from '../../ports/syncs.js';
import { toInstant, toInstantOrUndefined } from '../columns.js';
import { scheduleColumns, toSchedule, type ScheduleRow } from '../schedule-row.js';

/**
 * Versions of the time zone data that waiting periods were computed with: one look into the index for each version
 * there is, not one for each period (of a million: 0.1 ms).
 */
export const versionsInUse = `
with recursive version as (
  (select time_zone_data from sync_period where status in ('planned', 'assigned') order by time_zone_data limit 1)
  union all
  select (select p.time_zone_data from sync_period p
           where p.status in ('planned', 'assigned') and p.time_zone_data > v.time_zone_data
           order by p.time_zone_data limit 1)
    from version v where v.time_zone_data is not null
)
select time_zone_data as version from version where time_zone_data is not null`;

/**
 * Waiting periods of one version, locked with their syncs as an edit locks them. What an edit or a settlement holds
 * at the moment waits for the next tick, so that nobody waits for anybody. A period that has had a run is under way:
 * only what it has put aside is still to come.
 *
 * Parameters: version, limit.
 */
export const lockWaiting = `
select p.client_id, p.id, p.sync_id, p.kind, p.period_start, p.due_date, p.held_due_date, ${scheduleColumns('s')}
  from sync_period p
  join sync s on s.client_id = p.client_id and s.id = p.sync_id
 where p.status in ('planned', 'assigned') and p.time_zone_data = $1
   and (p.run_id is null or p.held_due_date is not null)
 order by p.due_date limit $2
   for no key update of s, p skip locked`;

export interface WaitingRow extends ScheduleRow {
  readonly client_id: string;
  readonly id: string;
  readonly sync_id: string;
  readonly kind: PeriodKind;
  readonly period_start: Date;
  readonly due_date: Date;
  readonly held_due_date: Date | null;
}

/** A sync without a schedule has no lattice to stand on; none has a waiting period. */
export function toWaitingPeriod(row: WaitingRow): readonly WaitingPeriod[] {
  const schedule = toSchedule(row);
  if (!schedule) return [];
  const { client_id: clientId, id, sync_id: syncId } = row;
  return [
    {
      clientId,
      id,
      syncId,
      schedule,
      start: toInstant(row.period_start),
      dueDate: toInstant(row.due_date),
      isOfChain: row.kind === 'chain',
      heldDueDate: toInstantOrUndefined(row.held_due_date),
    },
  ];
}

/**
 * Where a due date moves, the run date that was given for the old one falls: it is given anew.
 *
 * Parameters: client ids, period ids, moved, due dates, held due dates, next due dates (parallel arrays), version.
 */
export const saveRecomputed = `
update sync_period p
   set due_date = m.due_date, held_due_date = m.held_due_date, time_zone_data = $7,
       status = case when m.is_moved then 'planned' else p.status end,
       run_date = case when m.is_moved then null else p.run_date end,
       run_date_reason = case when m.is_moved then null else p.run_date_reason end,
       late_at = case when m.is_moved or p.late_at is null then null else m.next_due_date end
  from unnest($1::text[], $2::text[], $3::boolean[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[])
       as m (client_id, id, is_moved, due_date, held_due_date, next_due_date)
 where p.client_id = m.client_id and p.id = m.id`;

/** Parameter: a JSON array of changes. */
export const noteChanges = `
insert into due_date_change (client_id, id, sync_id, period_id, reason, time_zone, is_held, previous_due_date, due_date,
                             previous_time_zone_data, time_zone_data, changed_at)
select x."clientId", x.id, x."syncId", x."periodId", x.reason, x."timeZone", x."isHeld", x."previousDueDate", x."dueDate",
       x."previousTimeZoneData", x."timeZoneData", x."changedAt"
  from jsonb_to_recordset($1::jsonb) as x ("clientId" text, id text, "syncId" text, "periodId" text, reason text,
         "timeZone" text, "isHeld" boolean, "previousDueDate" timestamptz, "dueDate" timestamptz,
         "previousTimeZoneData" text, "timeZoneData" text, "changedAt" timestamptz)`;
