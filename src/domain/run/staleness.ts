import type { Instant } from '../time/instant.js';

/** What tells one state of a record from another. */
export interface RecordVersion {
  /** As the source tells it, where it does. */
  readonly updatedAt?: Instant;
  /** Of a known version absent where that has an updatedAt: it was not made, since it is hardly ever asked for. */
  readonly contentHash?: string;
}

/** The newest state of a record that Meridian has, announced or not. */
export interface KnownVersion extends RecordVersion {
  /** The record was found missing at the source. */
  readonly deleted: boolean;
}

/**
 * Whether a record just read changes what is known of it. One that is not newer than the known state changes
 * nothing: by `updatedAt` where both states have one, by content where one has not. Where the source no longer tells
 * an updatedAt there is nothing to compare by, once, and it is a change. One that was thought deleted is there again.
 */
export function isChange(read: RecordVersion, known: KnownVersion | undefined): boolean {
  if (known === undefined || known.deleted) return true;
  if (read.updatedAt !== undefined && known.updatedAt !== undefined) return read.updatedAt > known.updatedAt;
  return known.contentHash === undefined || read.contentHash !== known.contentHash;
}
