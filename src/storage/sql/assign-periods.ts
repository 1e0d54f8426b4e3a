import type { AssignedPeriod } from '../../ports/dispatch.js';

/**
 * Gives periods their run dates, and notes where they will wait. One whose due date has moved meanwhile is planned anew.
 *
 * Parameters: client ids, period ids, run dates, reasons, instants from which they are late, due dates, costs in seconds,
 * connection ids, hosts (parallel arrays).
 */
export const assignPeriods = `
update sync_period p
   set status = 'assigned', run_date = a.run_date, run_date_reason = a.reason, late_at = a.late_at,
       cost_seconds = a.cost, connection_id = a.connection_id, source_host = coalesce(a.source_host, '')
  from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::real[],
              $8::text[], $9::text[])
       as a (client_id, id, run_date, reason, late_at, due_date, cost, connection_id, source_host)
 where p.client_id = a.client_id and p.id = a.id and p.status = 'planned' and p.due_date = a.due_date`;

export const assignParameters = (assignments: readonly AssignedPeriod[]): readonly unknown[] => [
  assignments.map(({ clientId }) => clientId),
  assignments.map(({ id }) => id),
  assignments.map(({ runDate }) => new Date(runDate)),
  assignments.map(({ reason }) => reason),
  assignments.map(({ nextDueDate }) => new Date(nextDueDate)),
  assignments.map(({ dueDate }) => new Date(dueDate)),
  assignments.map(({ cost }) => cost),
  assignments.map(({ connectionId }) => connectionId),
  assignments.map(({ sourceHost }) => sourceHost),
];
