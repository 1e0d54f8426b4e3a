import type { Instant } from '../domain/time/instant.js';
import type { SourceRecord } from '../ports/connector.js';

/** Where a page of a listing is: a page number, an offset, a cursor, a URL. Small JSON, the reader's own. */
export type Position = Readonly<Record<string, string | number>>;

/** What to list: records changed from one instant to another, or everything. */
export interface Listing {
  readonly from?: Instant;
  /** The source may give more than was asked for; the pull loop drops what lies outside the window. */
  readonly to?: Instant;
  /** By the change token, descending; ascending otherwise. */
  readonly newestFirst?: boolean;
}

/** One page of a listing. */
export interface SourcePage {
  readonly records: readonly SourceRecord[];
  /** Where the listing goes on; absent when the source says it ends here, or the page is empty. */
  readonly next?: Position;
  /** Records of the whole listing, when the source tells. */
  readonly total?: number;
}

/** One model of one source, page by page. All that a connector for a JSON API needs to write. */
export interface SourceReader {
  /** How finely the source filters by its change token, in milliseconds; absent when it cannot. */
  readonly precision?: number;
  /** Whether the source can be asked for the newest changes first. */
  readonly newestFirst?: boolean;
  /** The page of a listing at a position, the first without one. Throws SourceError. */
  read(listing: Listing, position: Position | undefined, signal: AbortSignal): Promise<SourcePage>;
}
