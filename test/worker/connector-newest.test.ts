import { afterEach, describe, expect, it } from 'vitest';
import type { RestModel } from '../../src/connectors/rest/rest-settings.js';
import type { RecordFilter } from '../../src/domain/run/record-filter.js';
import { toIso, type Instant } from '../../src/domain/time/instant.js';
import {
  listModel,
  startListSource,
  type ListSource,
  type ListSourceOptions,
  type Paging,
} from '../support/list-source.js';
import { ids, pullAll, pullInPieces, restConnector, settingsOf, type Pulled } from '../support/pulling.js';

const kinds: readonly Paging[] = ['page', 'offset', 'cursor', 'link', 'nextUrl'];
const at = (minute: number): Instant => (Date.UTC(2026, 0, 1) + minute * 60_000) as Instant;
const newest = (count: number, since?: RecordFilter['since']): RecordFilter => ({
  since,
  last: { count, by: 'updated_at' },
});

let source: ListSource | undefined;
afterEach(async () => {
  await source?.close();
  source = undefined;
});

/** A source of records `r0` to `r99`; the later the number, the later it was updated, the earlier created. */
async function hundred(options: ListSourceOptions = {}): Promise<ListSource> {
  source = await startListSource(options);
  for (let n = 0; n < 100; n += 1) put(`r${n}`, n, 99 - n);
  return source;
}

const put = (id: string, updated: number, created = 0): void => {
  source?.items.set(id, { id, updatedAt: toIso(at(updated)), createdAt: toIso(at(created)) });
};

function pull(filter: RecordFilter, kind: Paging = 'page', options: Partial<RestModel> = {}): Pulled {
  const url = source?.url ?? '';
  const model = { ...listModel(kind, 10), createdAtField: 'createdAt', sortDescending: { sort: '-updatedAt' } };
  return { connector: restConnector([url]), settings: settingsOf(url, { ...model, ...options }), mode: 'full', filter };
}

const names = (from: number, to: number) => [...Array(from - to + 1).keys()].map((n) => `r${from - n}`);

describe.each(kinds)('the newest records of a source paged by %s', (kind) => {
  it('are read newest first, and no further than needed', async () => {
    const { requests } = await hundred();
    expect(ids(await pullAll(pull(newest(5), kind)))).toEqual(names(99, 90));
    expect(requests).toHaveLength(1);
    expect(requests[0]?.searchParams.get('sort')).toBe('-updatedAt');
  });

  it('are read within the span of a run', async () => {
    const { requests } = await hundred();
    const window = { start: at(10), finish: at(50) };
    const read = ids(await pullAll({ ...pull(newest(15), kind), mode: 'incremental', window }));
    expect(read).toEqual(names(49, 30));
    expect(requests.length).toBeLessThan(5);
  });

  it('are read on from the page a run was killed at', async () => {
    await hundred();
    expect(ids(await pullInPieces(pull(newest(25), kind)))).toEqual(names(99, 70));
  });

  it('are all among those read when others are edited or deleted meanwhile', async () => {
    const running = await hundred();
    running.afterAnswer = (request) => {
      if (request === 1) for (const id of names(99, 97)) source?.items.delete(id);
      if (request === 3) put('r5', 200);
    };
    const read = new Set(ids(await pullAll(pull(newest(25), kind))));
    const expected = names(99, 76).filter((id) => source?.items.has(id));
    for (const id of expected) expect(read).toContain(id);
  });
});

describe('the newest records', () => {
  it('since an instant end where older ones begin', async () => {
    const { requests } = await hundred();
    const read = ids(await pullAll(pull(newest(50, { at: at(85), by: 'updated_at' }))));
    expect(read).toEqual(names(99, 80));
    expect(requests.length).toBeLessThan(5);
  });

  it('of those created since an instant are looked for among all', async () => {
    await hundred();
    // Created after minute 80 are r0 to r18, the least recently updated.
    const read = ids(await pullAll(pull(newest(3, { at: at(80), by: 'created_at' }))));
    expect(read).toEqual(expect.arrayContaining(['r18', 'r17', 'r16']));
  });

  it.each([
    ['the source takes no notice of the order', { unsorted: true }, {}],
    ['the settings cannot ask for them', {}, { sortDescending: undefined }],
    ['records do not tell when they were updated', {}, { updatedAtField: undefined }],
    ['some records do not tell it', {}, { updatedAtField: 'sometimes' }],
  ])('cost a whole reading where %s', async (_, options, model) => {
    await hundred(options);
    expect(new Set(ids(await pullAll(pull(newest(5), 'page', model)))).size).toBe(100);
  });

  it.each([
    ['the newest by creation are asked for', { last: { count: 5, by: 'created_at' } } as const, 'full'],
    ['deletions are looked for', newest(5), 'audit'],
    ['none are', {}, 'full'],
  ] as const)('are not looked for where %s', async (_, filter, mode) => {
    const { requests } = await hundred();
    expect(ids(await pullAll({ ...pull(filter), mode }))).toHaveLength(100);
    expect(requests[0]?.searchParams.get('sort')).toBeNull();
  });
});
