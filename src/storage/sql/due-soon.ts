import type { Lane } from '../../domain/load/lane.js';
import type { PeriodDueSoon } from '../../ports/dispatch.js';
import { orUndefined, toInstant } from '../columns.js';
import { scheduleColumns, toSchedule, type ScheduleRow } from '../schedule-row.js';
import { toPlace, type PlaceRow } from './active-runs.js';

/** Parameters: horizon, limit. */
export const dueSoon = `
select p.client_id, p.id, p.due_date, s.average_run_seconds, p.lane, c.weight, ${scheduleColumns('s')},
       c.max_concurrent_runs as client_most, s.connection_id, n.max_concurrent_runs as connection_most, n.source_host
  from sync_period p
  join sync s on s.client_id = p.client_id and s.id = p.sync_id
  join connection n on n.client_id = s.client_id and n.id = s.connection_id
  join client c on c.id = p.client_id
 where p.status = 'planned' and p.due_date <= $1
 order by p.due_date limit $2`;

export interface DueSoonRow extends ScheduleRow, PlaceRow {
  readonly id: string;
  readonly due_date: Date;
  readonly average_run_seconds: number | null;
  readonly weight: number;
  readonly lane: Lane;
}

export function toDueSoon(row: DueSoonRow): readonly PeriodDueSoon[] {
  const schedule = toSchedule(row);
  if (!schedule) return [];
  const { id, weight, lane } = row;
  const averageRunSeconds = orUndefined(row.average_run_seconds);
  return [{ id, ...toPlace(row), dueDate: toInstant(row.due_date), averageRunSeconds, weight, lane, schedule }];
}
