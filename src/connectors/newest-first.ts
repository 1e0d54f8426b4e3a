import type { RecordFilter } from '../domain/run/record-filter.js';
import type { Instant } from '../domain/time/instant.js';
import type { PullRequest, SourceRecord } from '../ports/connector.js';
import type { SourceReader } from './source-reader.js';

/** How far a listing of the newest records has been read. */
export interface NewestRead {
  /** Records among them that the run's filter is sure to keep. */
  readonly count: number;
  /** The oldest change token so far. */
  readonly oldest?: Instant;
  /** The source has sorted as asked, so that what follows is older still. */
  readonly inOrder: boolean;
}

interface ReadPage {
  /** As the source gave them. */
  readonly records: readonly SourceRecord[];
  /** Those not given before. */
  readonly fresh: readonly SourceRecord[];
  /** The first of a listing, which follows none. */
  readonly isFirst: boolean;
}

export const NOTHING_READ: NewestRead = { count: 0, inOrder: true };

/**
 * Decides when the newest records of a model have all been read, so that the rest of a listing sorted newest
 * first need not be. Whatever is not sure (a record without a change token, a source that does not sort as it
 * was asked) leads to reading on: the engine keeps the right ones of whatever is read.
 */
export class NewestFirst {
  private constructor(
    private readonly wanted: number,
    private readonly since: RecordFilter['since'],
  ) {}

  /** Absent where all is to be read: no newest are asked for, the source cannot tell, or deletions are looked for. */
  static for(reader: SourceReader, { mode, filter }: PullRequest): NewestFirst | undefined {
    if (reader.newestFirst !== true || mode === 'audit' || filter?.last?.by !== 'updated_at') return undefined;
    return new NewestFirst(filter.last.count, filter.since);
  }

  after(read: NewestRead, { records, fresh, isFirst }: ReadPage): NewestRead {
    let { inOrder } = read;
    let oldest = isFirst ? undefined : read.oldest;
    for (const { updatedAt } of records) {
      if (updatedAt === undefined || (oldest !== undefined && updatedAt > oldest)) inOrder = false;
      oldest = updatedAt ?? oldest;
    }
    return { count: read.count + fresh.filter((record) => this.isKept(record)).length, oldest, inOrder };
  }

  isEnough({ count, oldest, inOrder }: NewestRead): boolean {
    const isPast = this.since?.by === 'updated_at' && oldest !== undefined && oldest < this.since.at;
    return inOrder && (count >= this.wanted || isPast);
  }

  private isKept({ updatedAt, createdAt }: SourceRecord): boolean {
    if (this.since === undefined) return true;
    const at = this.since.by === 'updated_at' ? updatedAt : createdAt;
    return at !== undefined && at > this.since.at;
  }
}
