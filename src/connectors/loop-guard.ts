import { sourceFailure } from './source-failure.js';
import type { Position, SourcePage } from './source-reader.js';

/** A source may answer empty pages on the way to a full one, but not for ever. */
const MOST_EMPTY_PAGES = 1_000;

const keyOf = (position: Position | undefined): string => JSON.stringify(position ?? null);

/** Notices a source that sends the reader round in circles within one listing. */
export class LoopGuard {
  private readonly visited = new Set<string>();
  private lastIds = '[]';
  private emptyPages = 0;

  /** Another listing begins: its pages may look like those of the last. */
  newListing(): void {
    this.visited.clear();
    this.lastIds = '[]';
  }

  /** Throws provider_pagination_loop where a page repeats the one before, or leads to one already read. */
  check(position: Position | undefined, page: SourcePage): void {
    this.visited.add(keyOf(position));
    const ids = JSON.stringify(page.records.map((record) => record.id));
    const repeats = position !== undefined && ids !== '[]' && ids === this.lastIds;
    if (repeats) throw loop('two pages in a row hold the same records');
    if (page.next !== undefined && this.visited.has(keyOf(page.next)))
      throw loop('a page leads back to one already read');
    this.emptyPages = page.records.length === 0 ? this.emptyPages + 1 : 0;
    if (this.emptyPages > MOST_EMPTY_PAGES) throw loop(`${MOST_EMPTY_PAGES} pages in a row are empty`);
    this.lastIds = ids;
  }
}

const loop = (what: string) => sourceFailure('provider_pagination_loop', `The source’s pages do not end: ${what}.`);
