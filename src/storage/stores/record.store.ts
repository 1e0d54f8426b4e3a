import { notFound } from '../../domain/problem.js';
import type { Instant } from '../../domain/time/instant.js';
import type { Page, PageRequest } from '../../ports/page.js';
import {
  RecordStore,
  type FeedFilter,
  type RecordBatch,
  type RecordCounts,
  type StoredRecord,
} from '../../ports/records.js';
import { recordRows } from '../record-rows.js';
import type { Session } from '../session.js';
import { recordFeed } from '../sql/record-feed.js';
import { lockFeed, saveRecords } from '../sql/save-records.js';

interface RecordRow {
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

const instantFrom = (date: Date | null): Instant | undefined => date?.getTime() as Instant | undefined;

const toRecord = (row: RecordRow): StoredRecord => ({
  model: row.model,
  id: row.record_id,
  sequence: Number(row.sequence),
  data: row.data,
  sourceUpdatedAt: instantFrom(row.source_updated_at),
  sourceCreatedAt: instantFrom(row.source_created_at),
  runId: row.run_id,
  changedAt: row.changed_at.getTime() as Instant,
  deletedAt: instantFrom(row.deleted_at),
});

/** Records in one table; each page is judged and written by one statement. */
export class PgRecordStore extends RecordStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async save(batch: RecordBatch, now: Instant): Promise<RecordCounts> {
    const { connectionId, model, runId, records, force = false } = batch;
    const { clientId } = this.session;
    const locked = await this.session.rows(lockFeed, [clientId, connectionId]);
    if (locked.length === 0) throw notFound();
    const [written] = await this.session.rows<{ created: number; updated: number }>(saveRecords, [
      clientId,
      connectionId,
      model,
      recordRows(records),
      force,
      runId,
      new Date(now),
    ]);
    const { created, updated } = written ?? { created: 0, updated: 0 };
    return { fetched: records.length, created, updated, skipped: records.length - created - updated };
  }

  override async feed(
    connectionId: string,
    filter: FeedFilter,
    page: PageRequest,
  ): Promise<Page<StoredRecord> | undefined> {
    const { clientId } = this.session;
    const known = await this.session.rows('select 1 from connection where client_id = $1 and id = $2', [
      clientId,
      connectionId,
    ]);
    if (known.length === 0) return undefined;
    const rows = await this.session.rows<RecordRow>(recordFeed, [
      clientId,
      connectionId,
      Number(page.after ?? 0),
      filter.model ?? null,
      filter.modifiedSince === undefined ? null : new Date(filter.modifiedSince),
      page.limit + 1,
    ]);
    const data = rows.slice(0, page.limit).map(toRecord);
    return { data, nextAfter: rows.length > page.limit ? String(data.at(-1)?.sequence) : undefined };
  }
}
