import type { Instant } from '../domain/time/instant.js';
import type { SourceRecord } from './connector.js';
import type { PageRequest } from './page.js';

/** One pulled page of one model. */
export interface RecordBatch {
  readonly connectionId: string;
  readonly model: string;
  readonly runId: string;
  readonly records: readonly SourceRecord[];
  /** Rewrites every record and moves it to the end of the feed, changed or not. */
  readonly force?: boolean;
  /** Present where the sync caps its changes. */
  readonly cap?: ChangeCap;
}

/** What to do with changes beyond those that a run may announce: they wait for the next run of the sync. */
export interface ChangeCap {
  readonly syncId: string;
  /** Changes that may be announced now. */
  readonly room: number;
}

/** What became of a page; `fetched` is the sum of the others. */
export interface RecordCounts {
  readonly fetched: number;
  readonly created: number;
  readonly updated: number;
  readonly skipped: number;
  /** Changes left for the next run to announce. */
  readonly deferred: number;
}

export interface StoredRecord {
  readonly model: string;
  readonly id: string;
  /** Place in the connection's change feed, from 1; a change moves the record to the end and leaves its old place empty. */
  readonly sequence: number;
  /** As the source gave it last, also where it is deleted. */
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

/** A page of the feed. */
export interface FeedPage {
  readonly data: readonly StoredRecord[];
  /** The sequence number up to which the feed has been looked through: where a reader goes on. */
  readonly reached: number;
  /** There is more to look through behind it. Whether any of that passes the filter is not known. */
  readonly hasMore: boolean;
}

/** The records of a client's connections, and the feed of their changes. */
export abstract class RecordStore {
  /**
   * Stores a page by the staleness rule (domain/run/staleness.ts), which holds against changes that wait, too. Of
   * duplicates the newest counts. Holds the connection's row to the end of the transaction, so that commit order is
   * feed order.
   *
   * Throws `DomainError` not_found when the connection is gone.
   */
  abstract save(batch: RecordBatch, now: Instant): Promise<RecordCounts>;
  /**
   * Records in the order of their last change, after the sequence number `page.after`. Whatever commits
   * later has a higher number, so a reader that goes on from its last number misses nothing. With a filter a page
   * may be short, or empty, while there is more: one call looks through so much of the feed and no more.
   * Undefined when the client has no such connection.
   */
  abstract feed(connectionId: string, filter: FeedFilter, page: PageRequest): Promise<FeedPage | undefined>;
}

/** What a run announces of the changes that earlier runs have left. */
export interface Release {
  readonly connectionId: string;
  readonly syncId: string;
  readonly runId: string;
  /** Most changes to take, oldest first. */
  readonly most: number;
}

export interface ReleasedChanges {
  /** Changes that wait no longer, announced or overtaken by a newer one. */
  readonly taken: number;
  /** What was announced, by model. */
  readonly models: Readonly<
    Record<string, { readonly created: number; readonly updated: number; readonly deleted: number }>
  >;
}

/** Changes that were read and are not announced yet, because their sync caps the changes of a run. */
export abstract class PendingChangeStore {
  /** Moves the oldest of them into the record store, but for those that a newer change has overtaken. */
  abstract release(release: Release, now: Instant): Promise<ReleasedChanges>;
  abstract any(syncId: string): Promise<boolean>;
}
