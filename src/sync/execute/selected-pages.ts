import type { RecordFilter } from '../../domain/run/record-filter.js';
import type { RecordPage } from '../../ports/connector.js';
import { NewestRecords, recordsSince } from './select-records.js';

/** What is to be kept of a page that was read. */
export interface SelectedPage extends RecordPage {
  /** Records that were read, and left out by the filter of the run. */
  readonly leftOut: number;
  /** Pages read from the source: 1, or 0 where it only brings what was collected from others. */
  readonly pages: 0 | 1;
  /** More of the model follows, and who takes up the run from here reads it anew. */
  readonly isPart: boolean;
}

type Pages = AsyncIterable<RecordPage>;
type Last = NonNullable<RecordFilter['last']>;

/** Most records that are kept in one transaction. */
const MOST_AT_ONCE = 1_000;

/** The pages of one model by the filter of a run: since first, then the newest so many. */
export function selectedPages(pages: Pages, filter: RecordFilter = {}): AsyncIterable<SelectedPage> {
  const { since, last } = filter;
  return last === undefined ? pagesSince(pages, since) : newestOf(pages, since, last);
}

async function* pagesSince(pages: Pages, since: RecordFilter['since']): AsyncGenerator<SelectedPage> {
  for await (const page of pages) {
    const records = recordsSince(page.records, since);
    const leftOut = page.records.length - records.length;
    yield { ...page, records, leftOut, pages: 1, isPart: false };
  }
}

/**
 * Which records are the newest is known when all have been read. Until then each page read is a page without records:
 * it shows how far the run is, and whether it is still to go on.
 */
async function* newestOf(pages: Pages, since: RecordFilter['since'], last: Last): AsyncGenerator<SelectedPage> {
  const newest = new NewestRecords(last);
  for await (const { records: read, total } of pages) {
    const records = recordsSince(read, since);
    const leftOut = read.length - records.length + newest.add(records);
    yield { records: [], total, leftOut, pages: 1, isPart: true };
  }
  yield* inParts(newest);
}

function* inParts(newest: NewestRecords): Generator<SelectedPage> {
  const { records, leftOut } = newest.take();
  // Of no records too: somebody has to say that the model is done.
  for (let from = 0; from === 0 || from < records.length; from += MOST_AT_ONCE) {
    const part = records.slice(from, from + MOST_AT_ONCE);
    const isPart = from + MOST_AT_ONCE < records.length;
    yield { records: part, leftOut: from === 0 ? leftOut : 0, pages: 0, isPart };
  }
}
