import { toIso } from '../../domain/time/instant.js';
import { endedRunColumns, noteEndedRuns } from './note-ended-runs.js';
import type { SettledPeriod, SettledRun, SettledSync, SettlementRows } from '../../ports/settlements.js';

/*
 * The writes of a settlement. Each takes one JSON array of rows and the instant of the settlement, so that
 * a thousand finished runs cost the same few statements as one.
 */

/** Gives up the token: what its old holder still sends finds no row. */
export const runs = `
with ended as (
update run r
   set state = x.state, owner_token = null, finished_at = $2::timestamptz, progress = x.progress,
       partial = x.partial, listed_at = x."listedAt", awaiting_until = null,
       report_digest = decode(x."reportDigest", 'hex'), status_code = x."statusCode",
       status = x.status, failure = x.failure, error_message = x."errorMessage", error_details = x."errorDetails"
  from jsonb_to_recordset($1::jsonb) as x ("clientId" text, "runId" text, state text, progress jsonb, partial boolean,
                                           "listedAt" timestamptz, "reportDigest" text, "statusCode" int,
                                           status text, failure jsonb, "errorMessage" text, "errorDetails" text)
 where r.client_id = x."clientId" and r.id = x."runId"
returning ${endedRunColumns}
)
${noteEndedRuns('ended')}`;

export const periods = `
update sync_period p
   set status = x.status, owner_token = null,
       settled_at = case when x.status = 'assigned' then null else $2::timestamptz end,
       run_date = coalesce(x."runDate", p.run_date),
       run_date_reason = coalesce(x."runDateReason", p.run_date_reason),
       attempt = coalesce(x.attempt, p.attempt),
       attempts_in_a_row = coalesce(x."attemptsInARow", p.attempts_in_a_row),
       attempts_with_progress = coalesce(x."attemptsWithProgress", p.attempts_with_progress)
  from jsonb_to_recordset($1::jsonb) as x ("clientId" text, "periodId" text, status text, "runDate" timestamptz,
                                           "runDateReason" text, attempt int, "attemptsInARow" int, "attemptsWithProgress" int)
 where p.client_id = x."clientId" and p.id = x."periodId"`;

export const runParameters = ({ listedAt, ...rest }: SettledRun): Record<string, unknown> => ({
  ...rest,
  listedAt: listedAt === undefined ? undefined : toIso(listedAt),
});

export function periodParameters({ clientId, periodId, settlement }: SettledPeriod): Record<string, unknown> {
  if (settlement.status !== 'assigned') return { clientId, periodId, status: settlement.status };
  return { clientId, periodId, ...settlement, runDate: toIso(settlement.runDate) };
}

export const syncs = `
update sync s
   set watermark = coalesce(x.watermark, s.watermark), consecutive_failures = x."consecutiveFailures",
       average_run_seconds = coalesce(x."averageRunSeconds", s.average_run_seconds),
       read_from = case when x."hasRead" then null else s.read_from end,
       read_to = case when x."hasRead" then x."readTo" else s.read_to end,
       last_sequence = x."lastSequence", updated_at = $2::timestamptz,
       state = coalesce(x.state, s.state), state_reason = coalesce(x.reason, s.state_reason),
       enabled = s.enabled and x.state is null
  from jsonb_to_recordset($1::jsonb) as x ("clientId" text, "syncId" text, watermark timestamptz,
         "hasRead" boolean, "readTo" timestamptz, "consecutiveFailures" int, "averageRunSeconds" real, "lastSequence" bigint, state text, reason text)
 where s.client_id = x."clientId" and s.id = x."syncId"`;

export function syncParameters({ watermark, readTo, stop, ...rest }: SettledSync): Record<string, unknown> {
  return {
    ...rest,
    ...stop,
    watermark: watermark === undefined ? undefined : toIso(watermark),
    hasRead: readTo !== undefined,
    readTo: readTo === undefined || readTo === null ? undefined : toIso(readTo),
  };
}

/** A run that fills no period can stop a sync too; what was planned meanwhile is not to run. */
export const stopped = `
update sync_period p
   set status = 'superseded', settled_at = $2::timestamptz
  from jsonb_to_recordset($1::jsonb) as x ("clientId" text, "syncId" text)
 where p.client_id = x."clientId" and p.sync_id = x."syncId" and p.status in ('planned', 'assigned')`;

export const deauthorized = `
update connection c
   set state = 'deauthorized', state_reason = x.reason, updated_at = $2::timestamptz
  from jsonb_to_recordset($1::jsonb) as x ("clientId" text, "connectionId" text, reason text, "editedAt" timestamptz)
 where c.client_id = x."clientId" and c.id = x."connectionId" and c.state = 'linked' and c.updated_at = x."editedAt"`;

export const deauthorizedParameters = ({ editedAt, ...rest }: SettlementRows['deauthorized'][number]) => ({
  ...rest,
  editedAt: toIso(editedAt),
});

export const variables = `
insert into connection_variable (client_id, connection_id, name, value, updated_at)
select x."clientId", x."connectionId", x.name, coalesce(x.value, 'null'), $2::timestamptz
  from jsonb_to_recordset($1::jsonb) as x ("clientId" text, "connectionId" text, name text, value jsonb)
    on conflict (client_id, connection_id, name) do update set value = excluded.value, updated_at = excluded.updated_at`;

export const planned = `
insert into sync_period (client_id, id, sync_id, kind, period_start, due_date, held_due_date, lane, cost_seconds,
                         is_initial, recovered_due_dates, time_zone_data, created_at)
select x."clientId", x.id, x."syncId", x.kind, x.start, x."dueDate", x."heldDueDate",
       case when x."isInitial" and x."dueDate" - x.start > interval '25 hours' then 'backfill' else 'regular' end,
       x.cost, x."isInitial", x."recoveredDueDates", x."timeZoneData", $2::timestamptz
  from jsonb_to_recordset($1::jsonb) as x ("clientId" text, id text, "syncId" text, kind text, start timestamptz,
         "dueDate" timestamptz, "heldDueDate" timestamptz, cost real, "isInitial" boolean, "recoveredDueDates" int,
         "timeZoneData" text)`;

export function plannedParameters(period: SettlementRows['planned'][number]): Record<string, unknown> {
  const { window, heldDueDate, ...rest } = period;
  return {
    ...rest,
    start: toIso(window.start),
    dueDate: toIso(window.dueDate),
    heldDueDate: heldDueDate === undefined ? undefined : toIso(heldDueDate),
    isInitial: window.isInitial,
    recoveredDueDates: window.recoveredDueDates,
  };
}
