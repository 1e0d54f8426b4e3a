import { toIso, type Instant } from '../domain/time/instant.js';
import type { StoredRecord } from '../ports/records.js';

const iso = (at: Instant | undefined): string | null => (at === undefined ? null : toIso(at));

/** A record as the API shows it. */
export const recordView = (record: StoredRecord) => ({
  model: record.model,
  id: record.id,
  data: record.data,
  sourceUpdatedAt: iso(record.sourceUpdatedAt),
  sourceCreatedAt: iso(record.sourceCreatedAt),
  changedAt: toIso(record.changedAt),
  deletedAt: iso(record.deletedAt),
  sequence: record.sequence,
});
