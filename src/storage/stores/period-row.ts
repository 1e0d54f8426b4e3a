import type { PeriodStatus } from '../../domain/chain/sync-period.js';
import type { OpenPeriod, PeriodKind, SyncPeriod } from '../../ports/syncs.js';
import { orUndefined, toInstant, toInstantOrUndefined } from '../columns.js';

export interface PeriodRow {
  readonly id: string;
  readonly sync_id: string;
  readonly kind: PeriodKind;
  readonly status: PeriodStatus;
  readonly period_start: Date;
  readonly due_date: Date;
  readonly held_due_date: Date | null;
  readonly run_date: Date | null;
  readonly run_date_reason: string | null;
  readonly is_initial: boolean;
  readonly recovered_due_dates: number;
  readonly attempt: number;
  readonly run_id: string | null;
  /** Of the run; selected where the ledger is read. */
  readonly started_at?: Date | null;
  readonly created_at: Date;
  readonly settled_at: Date | null;
}

export const periodColumns = (alias: string): string =>
  [
    'id',
    'sync_id',
    'kind',
    'status',
    'period_start',
    'due_date',
    'held_due_date',
    'run_date',
    'run_date_reason',
    'is_initial',
    'recovered_due_dates',
    'attempt',
    'run_id',
    'created_at',
    'settled_at',
  ]
    .map((column) => `${alias}.${column}`)
    .join(', ');

/** The states of which a sync has at most one period (index one_open_period_per_sync). */
export const OPEN_STATUSES = `('planned', 'assigned', 'queued', 'running')`;

export function toPeriod(row: PeriodRow): SyncPeriod {
  return {
    id: row.id,
    syncId: row.sync_id,
    kind: row.kind,
    status: row.status,
    start: toInstant(row.period_start),
    dueDate: toInstant(row.due_date),
    heldDueDate: toInstantOrUndefined(row.held_due_date),
    runDate: toInstantOrUndefined(row.run_date),
    runDateReason: orUndefined(row.run_date_reason),
    isInitial: row.is_initial,
    recoveredDueDates: row.recovered_due_dates,
    attempt: row.attempt,
    runId: orUndefined(row.run_id),
    startedAt: toInstantOrUndefined(row.started_at ?? null),
    createdAt: toInstant(row.created_at),
    settledAt: toInstantOrUndefined(row.settled_at),
  };
}

/** As toPeriod, for rows selected by OPEN_STATUSES. */
export const toOpenPeriod = (row: PeriodRow): OpenPeriod => toPeriod(row) as OpenPeriod;
