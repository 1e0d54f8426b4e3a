import { fingerprint } from './fingerprint.js';
import { sourceFailure } from './source-failure.js';
import type { Position, SourcePage } from './source-reader.js';

/** A source may answer empty pages on the way to a full one, but not for ever. */
const MOST_EMPTY_PAGES = 1_000;
/** Records that were edited meanwhile may come again, page after page, but not for long. */
const MOST_KNOWN_PAGES = 10;

const keyOf = (position: Position | undefined): string => JSON.stringify(position ?? null);

/** Notices a source that sends the reader round in circles within one listing. */
export class LoopGuard {
  private readonly visited = new Set<string>();
  private readonly pages = new Set<string>();
  private last = '';
  private emptyPages = 0;
  private knownPages = 0;

  /** Another listing begins: its pages may look like those of the last. */
  newListing(): void {
    this.visited.clear();
    this.pages.clear();
    this.last = '';
    this.knownPages = 0;
  }

  /** Throws provider_pagination_loop where a page repeats others, or leads to one already read. */
  check(position: Position | undefined, page: SourcePage): void {
    this.visited.add(keyOf(position));
    if (page.next !== undefined && this.visited.has(keyOf(page.next)))
      throw loop('a page leads back to one already read');
    if (page.records.length === 0) this.emptyPages += 1;
    else this.checkRecords(position, page);
    if (this.emptyPages > MOST_EMPTY_PAGES) throw loop(`${MOST_EMPTY_PAGES} pages in a row are empty`);
  }

  private checkRecords(position: Position | undefined, { records }: SourcePage): void {
    this.emptyPages = 0;
    const page = fingerprint(records.map(({ id }) => id));
    if (position !== undefined && page === this.last) throw loop('two pages in a row hold the same records');
    this.knownPages = this.pages.has(page) ? this.knownPages + 1 : 0;
    if (this.knownPages > MOST_KNOWN_PAGES) throw loop(`${MOST_KNOWN_PAGES} pages in a row were read before`);
    this.pages.add(page);
    this.last = page;
  }
}

const loop = (what: string) => sourceFailure('provider_pagination_loop', `The source’s pages do not end: ${what}.`);
