import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { RecencyField, RecordFilter } from '../../../src/domain/run/record-filter.js';
import { instantOf, type Instant } from '../../../src/domain/time/instant.js';
import type { RecordPage, SourceRecord } from '../../../src/ports/connector.js';
import { NewestRecords } from '../../../src/sync/execute/select-records.js';
import { selectedPages, type SelectedPage } from '../../../src/sync/execute/selected-pages.js';

interface Given {
  readonly id: string;
  readonly updated?: number;
  readonly created?: number;
}

const record = ({ id, updated, created }: Given): SourceRecord => ({
  id,
  data: { id },
  updatedAt: updated === undefined ? undefined : instantOf(updated),
  createdAt: created === undefined ? undefined : instantOf(created),
});

async function* inPages(records: readonly SourceRecord[], size: number): AsyncGenerator<RecordPage> {
  for (let from = 0; from < records.length; from += size) {
    const isLast = from + size >= records.length;
    yield { records: records.slice(from, from + size), ...(isLast ? {} : { checkpoint: { from } }) };
  }
}

async function selected(
  records: readonly SourceRecord[],
  filter: RecordFilter,
  size = 7,
): Promise<readonly SelectedPage[]> {
  const pages: SelectedPage[] = [];
  for await (const page of selectedPages(inPages(records, size), filter)) pages.push(page);
  return pages;
}

const idsOf = (pages: readonly SelectedPage[]): readonly string[] =>
  pages.flatMap((page) => page.records.map(({ id }) => id));
const recency = (one: SourceRecord, by: RecencyField): number =>
  (by === 'updated_at' ? one.updatedAt : one.createdAt) ?? -Infinity;

/** What the filter means, said of all records at once. */
function filteredAtOnce(records: readonly SourceRecord[], { since, last }: RecordFilter): readonly string[] {
  const passing = records.filter((one) => since === undefined || recency(one, since.by) >= since.at);
  if (last === undefined) return passing.map(({ id }) => id);
  const present = new Map<string, SourceRecord>();
  for (const one of passing) {
    const known = present.get(one.id);
    if (known === undefined || recency(one, 'updated_at') >= recency(known, 'updated_at')) present.set(one.id, one);
  }
  const byRecency = (a: SourceRecord, b: SourceRecord) =>
    Math.sign(recency(b, last.by) - recency(a, last.by) || 0) || (a.id < b.id ? 1 : -1);
  return [...present.values()]
    .sort(byRecency)
    .slice(0, last.count)
    .map(({ id }) => id)
    .toReversed();
}

const field = fc.constantFrom<RecencyField>('updated_at', 'created_at');
const moment = fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined });
const filters: fc.Arbitrary<RecordFilter> = fc.record({
  since: fc.option(fc.record({ at: fc.integer({ min: 0, max: 30 }).map(instantOf), by: field }), { nil: undefined }),
  last: fc.option(fc.record({ count: fc.integer({ min: 1, max: 40 }), by: field }), { nil: undefined }),
});
/** Few ids and few instants, so that records come again and are equally recent; a record keeps when it was made. */
const listings = fc
  .array(fc.record({ n: fc.integer({ min: 0, max: 60 }), updated: moment }), { maxLength: 120 })
  .map((states) =>
    states.map(({ n, updated }) => record({ id: `r${n}`, updated, created: n % 3 ? n % 30 : undefined })),
  );

describe('the records of a run with a filter', () => {
  it('are those of filtering and sorting everything at once, however they are paged', async () => {
    await fc.assert(
      fc.asyncProperty(listings, filters, fc.integer({ min: 1, max: 50 }), async (records, filter, size) => {
        const pages = await selected(records, filter, size);
        expect(idsOf(pages)).toEqual(filteredAtOnce(records, filter));
      }),
      { numRuns: 500 },
    );
  });

  it('are the same however often the others are dropped on the way', () => {
    fc.assert(
      fc.property(listings, field, fc.nat({ max: 20 }), fc.nat({ max: 5 }), (records, by, count, slack) => {
        const last = { count: count + 1, by };
        const newest = new NewestRecords(last, slack);
        const droppedOnTheWay = newest.add(records);
        const { records: taken, leftOut } = newest.take();
        expect(taken.map(({ id }) => id)).toEqual(filteredAtOnce(records, { last }));
        expect(droppedOnTheWay + leftOut + taken.length).toBe(records.length);
      }),
      { numRuns: 1_000 },
    );
  });

  it('and those left out are all that was read', async () => {
    await fc.assert(
      fc.asyncProperty(listings, filters, async (records, filter) => {
        const pages = await selected(records, filter);
        const counted = pages.reduce((sum, page) => sum + page.records.length + page.leftOut, 0);
        expect(counted).toBe(records.length);
        expect(pages.every(({ leftOut }) => leftOut >= 0)).toBe(true);
      }),
    );
  });

  it('are the newest of thousands in any order, of which no more than the number asked for and a thousand are held', () => {
    const newest = new NewestRecords({ count: 50, by: 'updated_at' });
    for (let n = 0; n < 20_000; n += 1) {
      newest.add([record({ id: `r${n}`, updated: (n * 7919) % 20_000 })]);
      expect(newest.size).toBeLessThanOrEqual(1_050);
    }
    const { records, leftOut } = newest.take();
    expect(records.map(({ updatedAt }) => updatedAt)).toEqual(Array.from({ length: 50 }, (_, n) => 19_950 + n));
    expect(leftOut).toBeLessThanOrEqual(1_000);
  });

  it('come in parts of a thousand at the end, of which the last alone says that the model is done', async () => {
    const records = Array.from({ length: 2_500 }, (_, n) => record({ id: String(n).padStart(4, '0'), updated: n }));
    const pages = await selected(records, { last: { count: 2_200, by: 'updated_at' } }, 1_000);
    expect(pages.map((page) => [page.records.length, page.pages, page.isPart])).toEqual([
      [0, 1, true],
      [0, 1, true],
      [0, 1, true],
      [1_000, 0, true],
      [1_000, 0, true],
      [200, 0, false],
    ]);
    expect(pages.every((page) => page.checkpoint === undefined)).toBe(true);
  });

  it('keep the places of their pages where nothing is collected', async () => {
    const records = [1, 2, 3].map((n) => record({ id: `r${n}`, updated: n }));
    const pages = await selected(records, { since: { at: 2 as Instant, by: 'updated_at' } }, 1);
    expect(pages).toMatchObject([
      { records: [], leftOut: 1, checkpoint: { from: 0 }, isPart: false },
      { records: [{ id: 'r2' }], leftOut: 0, checkpoint: { from: 1 }, isPart: false },
      { records: [{ id: 'r3' }], leftOut: 0, isPart: false },
    ]);
  });

  it('are none, said once, where the source has none', async () => {
    expect(await selected([], { last: { count: 5, by: 'updated_at' } })).toMatchObject([
      { records: [], isPart: false },
    ]);
  });
});
