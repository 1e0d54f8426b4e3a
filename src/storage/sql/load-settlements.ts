import type { CatchUp } from '../../domain/chain/sync-period.js';
import type { SettlementContext } from '../../ports/settlements.js';
import type { PeriodKind, ReadWindow, WatermarkAt } from '../../ports/syncs.js';
import type { ConnectionState } from '../../ports/tenancy.js';
import { orUndefined, toInstant, toInstantOrUndefined } from '../columns.js';
import { scheduleColumns, toSchedule, type ScheduleRow } from '../schedule-row.js';
import { runColumns, toRun, type RunRow } from '../stores/run-row.js';

/**
 * Finished runs whose token still holds, with all that their settlement depends on. The sync is locked, as
 * it is by every edit of its schedule, and in one order, so that two batches cannot wait for each other.
 *
 * Parameters: client ids, run ids, tokens (parallel arrays).
 */
export const loadSettlements = `
select ${runColumns('r')}, r.progressed, r.owner_token::text as owner_token,
       k.name as company_name, k.reference, k.tags,
       s.enabled, s.state as sync_state, s.configured_at, s.chain_start, s.watermark, s.consecutive_failures, s.average_run_seconds,
       s.read_window, s.watermark_at, s.last_sequence, ${scheduleColumns('s')},
       p.kind, p.period_start, p.due_date as period_due_date, p.held_due_date, p.is_initial, p.recovered_due_dates,
       p.attempts_in_a_row, p.attempts_with_progress,
       r.feed_from, n.platform, n.state as connection_state, n.updated_at as connection_edited_at, c.catch_up, c.disable_after_failures
  from unnest($1::text[], $2::text[], $3::uuid[]) as o (client_id, run_id, token)
  join run r on r.client_id = o.client_id and r.id = o.run_id and r.owner_token = o.token
  join sync s on s.client_id = r.client_id and s.id = r.sync_id
  join company k on k.client_id = r.client_id and k.id = r.company_id
  join connection n on n.client_id = r.client_id and n.id = r.connection_id
  join client c on c.id = r.client_id
  left join sync_period p on p.client_id = r.client_id and p.id = r.period_id
 order by s.client_id, s.id
   for no key update of s, r`;

export interface SettlementRow extends RunRow, ScheduleRow {
  readonly progressed: boolean;
  readonly owner_token: string;
  readonly company_name: string;
  readonly reference: string | null;
  readonly tags: Record<string, string>;
  readonly enabled: boolean;
  readonly sync_state: string;
  readonly configured_at: Date | null;
  readonly chain_start: Date | null;
  readonly watermark: Date | null;
  readonly read_window: ReadWindow;
  readonly watermark_at: WatermarkAt;
  readonly consecutive_failures: number;
  readonly average_run_seconds: number | null;
  readonly last_sequence: number;
  readonly kind: PeriodKind | null;
  readonly period_start: Date | null;
  readonly period_due_date: Date | null;
  readonly held_due_date: Date | null;
  readonly is_initial: boolean | null;
  readonly recovered_due_dates: number | null;
  readonly attempts_in_a_row: number | null;
  readonly attempts_with_progress: number | null;
  readonly feed_from: number | null;
  readonly platform: string;
  readonly connection_state: ConnectionState;
  readonly connection_edited_at: Date;
  readonly catch_up: CatchUp;
  readonly disable_after_failures: number;
}

export function toSettlementContext(row: SettlementRow): SettlementContext {
  return {
    clientId: row.client_id,
    run: toRun(row),
    progressed: row.progressed,
    token: row.owner_token,
    company: { id: row.company_id, name: row.company_name, reference: orUndefined(row.reference), tags: row.tags },
    sync: {
      id: row.sync_id,
      enabled: row.enabled,
      state: row.sync_state,
      schedule: toSchedule(row),
      configuredAt: toInstantOrUndefined(row.configured_at),
      chainStart: toInstantOrUndefined(row.chain_start),
      watermark: toInstantOrUndefined(row.watermark),
      readWindow: row.read_window,
      watermarkAt: row.watermark_at,
      consecutiveFailures: row.consecutive_failures,
      averageRunSeconds: orUndefined(row.average_run_seconds),
      lastSequence: row.last_sequence,
    },
    period: toPeriod(row),
    connection: {
      platform: row.platform,
      state: row.connection_state,
      editedAt: toInstant(row.connection_edited_at),
    },
    feedFrom: orUndefined(row.feed_from),
    catchUp: row.catch_up,
    disableAfterFailures: row.disable_after_failures,
  };
}

function toPeriod(row: SettlementRow): SettlementContext['period'] {
  if (!row.period_id || !row.kind || !row.period_start || !row.period_due_date) return undefined;
  return {
    id: row.period_id,
    kind: row.kind,
    start: toInstant(row.period_start),
    dueDate: toInstant(row.period_due_date),
    heldDueDate: toInstantOrUndefined(row.held_due_date),
    isInitial: row.is_initial ?? false,
    recoveredDueDates: row.recovered_due_dates ?? 0,
    attemptsInARow: row.attempts_in_a_row ?? 0,
    attemptsWithProgress: row.attempts_with_progress ?? 0,
  };
}
