import type { MissingRecords } from '../domain/run/mass-deletion.js';
import type { Instant } from '../domain/time/instant.js';
import type { Page, PageRequest } from './page.js';
import type { ChangeCap } from './records.js';

/** A reading of a whole model that is under way. Kept in the checkpoint, so that the next attempt goes on with it. */
export interface Snapshot {
  readonly id: string;
  /** Pages noted so far. */
  readonly pages: number;
  /** The model is read a second time, to make sure of what the first time lacked. */
  readonly again?: boolean;
}

export interface NewSnapshot {
  readonly id: string;
  readonly syncId: string;
  readonly model: string;
  /** Before its first page was asked for. */
  readonly startedAt: Instant;
}

/** A snapshot with the records it is held against. */
export interface SnapshotOf {
  readonly connectionId: string;
  readonly model: string;
  readonly snapshotId: string;
}

/** Deletions that wait for somebody to approve them. */
export interface HeldDeletion extends MissingRecords {
  readonly connectionId: string;
  readonly model: string;
  readonly snapshotId: string;
  readonly syncId: string;
  /** The run that found them missing. */
  readonly runId: string;
  readonly heldAt: Instant;
  /** A few of their ids. */
  readonly sample: readonly string[];
}

/**
 * Snapshots of audited models, and what follows from one that is complete. Missing are records that are live, not in
 * the snapshot, and unchanged since it began. All of it is done by the database, whatever the number of records.
 */
export abstract class AuditStore {
  /** Forgets the snapshots of the model that earlier runs of the sync did not complete. */
  abstract begin(snapshot: NewSnapshot): Promise<void>;
  /** Notes the ids of a page. */
  abstract note(snapshotId: string, page: number, ids: readonly string[]): Promise<void>;
  /** What a complete snapshot lacks; undefined where a part of it is gone, so that it tells nothing. */
  abstract missing(of: SnapshotOf, pages: number): Promise<MissingRecords | undefined>;
  /**
   * Deletes the missing records softly, in the order of the feed, or leaves them for the next run where a cap has no
   * room. The connection must be locked.
   */
  abstract delete(
    of: SnapshotOf,
    by: { readonly runId: string; readonly cap?: ChangeCap },
    now: Instant,
  ): Promise<Deleted>;
  /** Takes back what waits to be announced of records that are gone before they were. */
  abstract withdraw(of: SnapshotOf, syncId: string): Promise<void>;
  abstract forget(snapshotId: string): Promise<void>;
  /** Keeps the snapshot until somebody decides. */
  abstract hold(held: Omit<HeldDeletion, 'sample'>): Promise<void>;
  /** Locks it. */
  abstract held(connectionId: string, model: string): Promise<HeldDeletion | undefined>;
  /** By model. */
  abstract listHeld(connectionId: string, page: PageRequest): Promise<Page<HeldDeletion>>;
  /** Forgets the deletions held of a model, and their snapshot; answers whether there were any. */
  abstract dropHeld(connectionId: string, model: string): Promise<boolean>;
}

export interface Deleted {
  readonly deleted: number;
  readonly deferred: number;
}
