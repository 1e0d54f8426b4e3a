import type { ReadSettings, ReadWindow, Sync, SyncMode, SyncState, WatermarkAt } from '../../ports/syncs.js';
import { orUndefined, toInstant, toInstantOrUndefined } from '../columns.js';
import { scheduleColumns, toSchedule, type ScheduleRow } from '../schedule-row.js';

/** How a sync reads. */
export interface ReadSettingsRow {
  readonly models: string[] | null;
  readonly sync_only: boolean;
  readonly mode: SyncMode;
  readonly lookback: string | null;
  readonly read_window: ReadWindow;
  readonly watermark_at: WatermarkAt;
  readonly read_from: Date | null;
  readonly read_to: Date | null;
  readonly changes_per_run: number | null;
}

export const readSettingsColumns: readonly (keyof ReadSettingsRow)[] = [
  'models',
  'sync_only',
  'mode',
  'lookback',
  'read_window',
  'watermark_at',
  'read_from',
  'read_to',
  'changes_per_run',
];

export const toReadSettings = (row: ReadSettingsRow): ReadSettings => ({
  models: orUndefined(row.models),
  syncOnly: row.sync_only,
  mode: row.mode,
  lookback: orUndefined(row.lookback),
  readWindow: row.read_window,
  watermarkAt: row.watermark_at,
  readFrom: toInstantOrUndefined(row.read_from),
  readTo: toInstantOrUndefined(row.read_to),
  changesPerRun: orUndefined(row.changes_per_run),
});

export interface SyncRow extends ScheduleRow, ReadSettingsRow {
  readonly id: string;
  readonly connection_id: string;
  readonly company_id: string;
  readonly name: string | null;
  readonly enabled: boolean;
  readonly state: SyncState;
  readonly state_reason: string | null;
  readonly chain_start: Date | null;
  readonly watermark: Date | null;
  readonly consecutive_failures: number;
  readonly configured_at: Date | null;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export const syncColumns = (alias: string): string => {
  const plain = [
    'id',
    'connection_id',
    'company_id',
    'name',
    ...readSettingsColumns,
    'enabled',
    'state',
    'state_reason',
    'chain_start',
    'watermark',
    'consecutive_failures',
    'configured_at',
    'version',
    'created_at',
    'updated_at',
  ];
  return `${plain.map((column) => `${alias}.${column}`).join(', ')}, ${scheduleColumns(alias)}`;
};

export function toSync(row: SyncRow): Sync {
  return {
    id: row.id,
    connectionId: row.connection_id,
    companyId: row.company_id,
    name: orUndefined(row.name),
    ...toReadSettings(row),
    enabled: row.enabled,
    state: row.state,
    stateReason: orUndefined(row.state_reason),
    schedule: toSchedule(row),
    chainStart: toInstantOrUndefined(row.chain_start),
    watermark: toInstantOrUndefined(row.watermark),
    consecutiveFailures: row.consecutive_failures,
    configuredAt: toInstantOrUndefined(row.configured_at),
    version: row.version,
    createdAt: toInstant(row.created_at),
    updatedAt: toInstant(row.updated_at),
  };
}
