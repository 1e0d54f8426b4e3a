import type { StoredRecord } from '../../ports/records.js';
import { toInstant, toInstantOrUndefined } from '../columns.js';

export interface RecordRow {
  readonly model: string;
  readonly record_id: string;
  readonly sequence: number | string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly source_updated_at: Date | null;
  readonly source_created_at: Date | null;
  readonly run_id: string;
  readonly changed_at: Date;
  readonly deleted_at: Date | null;
}

export const toRecord = (row: RecordRow): StoredRecord => ({
  model: row.model,
  id: row.record_id,
  sequence: Number(row.sequence),
  data: row.data,
  sourceUpdatedAt: toInstantOrUndefined(row.source_updated_at),
  sourceCreatedAt: toInstantOrUndefined(row.source_created_at),
  runId: row.run_id,
  changedAt: toInstant(row.changed_at),
  deletedAt: toInstantOrUndefined(row.deleted_at),
});
