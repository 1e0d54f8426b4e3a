import { EntitySchema } from 'typeorm';
import type { Frequency } from '../../domain/schedule/frequency.js';
import type { CatchUp } from '../../domain/chain/sync-period.js';
import type { SyncHour } from '../../domain/time/zoned-time.js';
import type { QuietHours } from '../../domain/load/quiet-hours.js';

export interface ClientRow {
  readonly id: string;
  readonly name: string;
  readonly defaultSyncHour: SyncHour | null;
  readonly frequencyOptions: readonly Frequency[];
  readonly catchUp: CatchUp;
  readonly disableAfterFailures: number;
  readonly maxBackfill: string | null;
  readonly quietHours: QuietHours | null;
  readonly allowedOrigins: readonly string[];
  readonly redirectUrls: readonly string[];
  readonly branding: Readonly<Record<string, unknown>>;
  readonly weight: number;
  readonly maxConcurrentRuns: number | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const clientTable = new EntitySchema<ClientRow>({
  name: 'client',
  columns: {
    id: { type: 'text', primary: true },
    name: { type: 'text' },
    defaultSyncHour: { name: 'default_sync_hour', type: 'smallint', nullable: true },
    frequencyOptions: { name: 'frequency_options', type: 'text', array: true },
    catchUp: { name: 'catch_up', type: 'text' },
    disableAfterFailures: { name: 'disable_after_failures', type: 'integer' },
    maxBackfill: { name: 'max_backfill', type: 'text', nullable: true },
    quietHours: { name: 'quiet_hours', type: 'jsonb', nullable: true },
    allowedOrigins: { name: 'allowed_origins', type: 'text', array: true },
    redirectUrls: { name: 'redirect_urls', type: 'text', array: true },
    branding: { type: 'jsonb' },
    weight: { type: 'integer' },
    maxConcurrentRuns: { name: 'max_concurrent_runs', type: 'integer', nullable: true },
    version: { type: 'integer' },
    createdAt: { name: 'created_at', type: 'timestamptz' },
    updatedAt: { name: 'updated_at', type: 'timestamptz' },
  },
});
