import type { Instant } from '../domain/time/instant.js';
import type { SourceRecord } from './connector.js';
import type { Page, PageRequest } from './page.js';

/** One pulled page of one model. */
export interface RecordBatch {
  readonly connectionId: string;
  readonly model: string;
  readonly runId: string;
  readonly records: readonly SourceRecord[];
  /** Rewrites every record and moves it to the end of the feed, changed or not. */
  readonly force?: boolean;
}

/** What became of a page; `fetched` is the sum of the others. */
export interface RecordCounts {
  readonly fetched: number;
  readonly created: number;
  readonly updated: number;
  readonly skipped: number;
}

export interface StoredRecord {
  readonly model: string;
  readonly id: string;
  /** Place in the connection's change feed, from 1; a change moves the record to the end and leaves its old place empty. */
  readonly sequence: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly sourceUpdatedAt?: Instant;
  readonly sourceCreatedAt?: Instant;
  readonly runId: string;
  /** When Meridian stored the change. */
  readonly changedAt: Instant;
  /** When it was found missing at the source. */
  readonly deletedAt?: Instant;
}

export interface FeedFilter {
  readonly model?: string;
  /** Only records Meridian stored a change of at or after this instant. */
  readonly modifiedSince?: Instant;
}

/** The records of a client's connections, and the feed of their changes. */
export abstract class RecordStore {
  /**
   * Stores a page by the staleness rule: a record not newer than the stored one (by `updatedAt`, or by
   * content where the source tells no `updatedAt`) changes nothing. Of duplicates the newest counts.
   * Holds the connection's row to the end of the transaction, so that commit order is feed order.
   *
   * Throws `DomainError` not_found when the connection is gone.
   */
  abstract save(batch: RecordBatch, now: Instant): Promise<RecordCounts>;
  /**
   * Records in the order of their last change, after the sequence number `page.after`. Whatever commits
   * later has a higher number, so a reader that goes on from its last number misses nothing.
   * Undefined when the client has no such connection.
   */
  abstract feed(connectionId: string, filter: FeedFilter, page: PageRequest): Promise<Page<StoredRecord> | undefined>;
}
