import { DAY, instantOf, type Instant } from '../domain/time/instant.js';
import type { PullRequest, RecordPage, SourceRecord } from '../ports/connector.js';
import { LoopGuard } from './loop-guard.js';
import { NewestFirst, NOTHING_READ } from './newest-first.js';
import { fromCheckpoint, toCheckpoint, type PullState } from './pull-state.js';
import { tokenIn, unknownOf, withSeen } from './seen-records.js';
import type { SourcePage, SourceReader } from './source-reader.js';

type Window = NonNullable<PullRequest['window']>;

/**
 * Reads one model page by page, in a way that loses nothing while the source changes under it.
 *
 * Changes are read in the order of their token. Page numbers, offsets and many cursors count from the
 * beginning of a listing, and a record edited meanwhile leaves the window and moves all that follow up: the
 * page after would skip some. So each page starts a listing anew from the last token read, inclusive, and the
 * records known already are left out. Only within equal tokens that fill a page is the source’s own paging
 * followed (or where the source filters by day only, or not as asked), and each step of it is checked by
 * reading the page before once more.
 *
 * Where everything is read, the source’s own paging is followed, and the page before is read once more
 * when the source’s total has shrunk. Where the newest are asked for, it is followed from the newest on until
 * there are enough.
 *
 * Throws SourceError, or the signal's reason once it aborts.
 */
export async function* pullPages(
  reader: SourceReader,
  request: PullRequest,
  signal: AbortSignal,
): AsyncGenerator<RecordPage> {
  const pull = new Pull(reader, request);
  for (;;) {
    signal.throwIfAborted();
    const page = await pull.step(signal);
    const isLast = page.checkpoint === undefined;
    if (isLast || page.records.length > 0) yield page;
    if (isLast) return;
  }
}

interface LookBack {
  readonly records: readonly SourceRecord[];
  /** The listing has moved by a page or more since. */
  readonly lost: boolean;
}

const NOTHING: LookBack = { records: [], lost: false };

class Pull {
  private readonly guard = new LoopGuard();
  /** Absent where everything is read. */
  private readonly window?: Window;
  private readonly precision: number;
  private readonly newest?: NewestFirst;
  private state: PullState;

  constructor(
    private readonly reader: SourceReader,
    request: PullRequest,
  ) {
    const { precision } = reader;
    this.precision = precision ?? 1;
    this.window = request.mode === 'incremental' && precision !== undefined ? request.window : undefined;
    const from = this.window && this.tokenOf(this.window.start);
    this.newest = NewestFirst.for(reader, request);
    const start = { from, seen: [], follow: this.newest !== undefined || this.precision >= DAY };
    const newest = this.newest && NOTHING_READ;
    this.state = fromCheckpoint(request.checkpoint, { ...start, newest });
  }

  async step(signal: AbortSignal): Promise<RecordPage> {
    const page = await this.read(this.state.position, signal);
    this.guard.check(this.state.position, page);
    const missed = this.mayHaveMoved(page) ? await this.lookBack(signal) : NOTHING;
    const found = [...missed.records, ...page.records];
    const records = unknownOf(found, this.state.seen).filter((record) => this.isWithin(record));
    const total = this.state.total ?? page.total;
    const newest = this.newestRead(page, records);
    const isEnough = newest !== undefined && this.newest?.isEnough(newest) === true;
    const next = missed.lost ? this.again(found) : isEnough ? undefined : this.after(page, found);
    if (next === undefined) return { records, total };
    if (next.position === undefined) this.guard.newListing();
    this.state = { ...next, newest, total, latestTotal: page.total };
    return { records, total, checkpoint: toCheckpoint(this.state) };
  }

  private read(position: PullState['position'], signal: AbortSignal): Promise<SourcePage> {
    const listing = { from: this.state.from, to: this.window?.finish, newestFirst: this.newest !== undefined };
    return this.reader.read(listing, position, signal);
  }

  private newestRead({ records }: SourcePage, fresh: readonly SourceRecord[]): PullState['newest'] {
    const { newest: read = NOTHING_READ, position } = this.state;
    return this.newest?.after(read, { records, fresh, isFirst: position === undefined });
  }

  /** Only a page reached by the source's own paging can have missed what moved up. */
  private mayHaveMoved(page: SourcePage): boolean {
    if (this.state.position === undefined) return false;
    const { latestTotal } = this.state;
    if (this.window !== undefined || this.newest !== undefined) return true;
    return page.total !== undefined && page.total < (latestTotal ?? page.total);
  }

  private async lookBack(signal: AbortSignal): Promise<LookBack> {
    const { records } = await this.read(this.state.previous ?? undefined, signal);
    const lost = records.length > 0 && unknownOf(records, this.state.seen).length === records.length;
    return { records, lost };
  }

  /** Reads the present listing from its beginning once more. */
  private again(found: readonly SourceRecord[]): PullState {
    return { ...this.state, position: undefined, previous: undefined, seen: withSeen(this.state.seen, found) };
  }

  /** What to read after a page; undefined at the end. */
  private after(page: SourcePage, found: readonly SourceRecord[]): PullState | undefined {
    const { from, position } = this.state;
    if (page.next === undefined) return undefined;
    const follow = this.state.follow || !this.isInOrder(page.records);
    const newest = this.newestToken(page.records);
    if (this.window !== undefined && from !== undefined && !follow && newest !== undefined) {
      if (newest >= (this.window.finish ?? Infinity)) return undefined;
      if (newest > from) return { ...this.state, ...this.listingFrom(newest, found) };
    }
    return {
      ...this.state,
      follow,
      position: page.next,
      previous: position ?? null,
      seen: withSeen(this.state.seen, found),
    };
  }

  private listingFrom(newest: Instant, found: readonly SourceRecord[]): Partial<PullState> {
    const seen = withSeen(this.state.seen, found).filter((key) => this.tokenOf(tokenIn(key)) >= newest);
    return { from: newest, position: undefined, previous: undefined, seen };
  }

  /** Whether the source filtered and sorted by the token as asked; one step of leeway for rounding. */
  private isInOrder(records: readonly SourceRecord[]): boolean {
    let last = (this.state.from ?? 0) - this.precision;
    for (const { updatedAt } of records) {
      if (updatedAt === undefined) continue;
      const token = this.tokenOf(updatedAt);
      if (token < last) return false;
      last = token;
    }
    return true;
  }

  private newestToken(records: readonly SourceRecord[]): Instant | undefined {
    const newest = records.findLast(({ updatedAt }) => updatedAt !== undefined)?.updatedAt;
    return newest === undefined ? undefined : this.tokenOf(newest);
  }

  /** The change token as the source can filter by it. */
  private tokenOf(at: Instant): Instant {
    return instantOf(Math.floor(at / this.precision) * this.precision);
  }

  private isWithin({ updatedAt }: SourceRecord): boolean {
    if (this.window === undefined || updatedAt === undefined) return true;
    return updatedAt >= this.window.start && updatedAt < (this.window.finish ?? Infinity);
  }
}
