import type { Lane } from '../../domain/load/lane.js';
import type { AssignedRun } from '../../ports/dispatch.js';
import { toInstant, toInstantOrUndefined } from '../columns.js';
import { toPlace, type PlaceRow } from './active-runs.js';

/** Parameters: starts of the slots and their length, in milliseconds; the earliest of the starts. */
export const assignedInSlots = `
select p.client_id, p.id, p.due_date, p.late_at, p.run_date, p.cost_seconds, p.lane, c.weight,
       c.max_concurrent_runs as client_most, s.connection_id, n.max_concurrent_runs as connection_most, n.source_host
  from sync_period p
  join sync s on s.client_id = p.client_id and s.id = p.sync_id
  join connection n on n.client_id = s.client_id and n.id = s.connection_id
  join client c on c.id = p.client_id
 where p.status = 'assigned' and p.run_date >= $3
   and floor(extract(epoch from p.run_date)::float8 * 1000 / $2::float8) * $2::float8 = any ($1::float8[])`;

/**
 * Moves run dates; of a period that has begun or was superseded meanwhile there is none to move.
 *
 * Parameters: client ids, period ids, run dates, reasons (parallel arrays).
 */
export const moveAssigned = `
update sync_period p
   set run_date = m.run_date, run_date_reason = m.reason
  from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[]) as m (client_id, id, run_date, reason)
 where p.client_id = m.client_id and p.id = m.id and p.status = 'assigned' and p.run_date < m.run_date`;

export interface AssignedInSlotRow extends PlaceRow {
  readonly id: string;
  readonly due_date: Date;
  readonly late_at: Date | null;
  readonly run_date: Date;
  readonly cost_seconds: number;
  readonly weight: number;
  readonly lane: Lane;
}

export const toAssignedRun = (row: AssignedInSlotRow): AssignedRun => ({
  id: row.id,
  ...toPlace(row),
  dueDate: toInstant(row.due_date),
  // Told as late: its next due date has passed.
  nextDueDate: toInstantOrUndefined(row.late_at) ?? toInstant(row.due_date),
  runDate: toInstant(row.run_date),
  cost: row.cost_seconds,
  weight: row.weight,
  lane: row.lane,
});
