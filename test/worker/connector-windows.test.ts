import { fc } from '@fast-check/vitest';
import { afterEach, describe, expect, it } from 'vitest';
import { toIso, type Instant } from '../../src/domain/time/instant.js';
import {
  listModel,
  startListSource,
  type ListSource,
  type ListSourceOptions,
  type Paging,
} from '../support/list-source.js';
import { ids, pullAll, pullInPieces, restConnector, settingsOf } from '../support/pulling.js';

const kinds: readonly Paging[] = ['page', 'offset', 'cursor', 'link', 'nextUrl'];
const at = (millisecond: number): Instant => (Date.UTC(2026, 0, 1) + millisecond) as Instant;

let source: ListSource | undefined;
afterEach(async () => {
  await source?.close();
  source = undefined;
});

async function sourceOf(tokens: readonly number[], options: ListSourceOptions = {}): Promise<ListSource> {
  source = await startListSource(options);
  tokens.forEach((token, index) => put(`r${index}`, token));
  return source;
}

const put = (id: string, token: number): void => {
  source?.items.set(id, { id, updatedAt: toIso(at(token)) });
};

describe.each(kinds)('a source paged by %s', (kind) => {
  const pull = (pageSize: number, window: readonly [number, number], totals = false) => ({
    connector: restConnector([source?.url ?? '']),
    settings: settingsOf(source?.url ?? '', listModel(kind, pageSize, totals)),
    window: { start: at(window[0]), finish: at(window[1]) },
  });

  it('gives what changed in [start, finish): the start included, the finish not', async () => {
    await sourceOf([9, 10, 10, 15, 19, 20, 20, 21]);
    expect(ids(await pullAll(pull(3, [10, 20])))).toEqual(['r1', 'r2', 'r3', 'r4']);
    expect(ids(await pullAll(pull(3, [20, 30])))).toEqual(['r5', 'r6', 'r7']);
  });

  it('loses nothing where equal tokens straddle page edges, or fill several pages', async () => {
    await sourceOf([1, 1, 2, 2, 2, 2, 2, 2, 2, 3]);
    expect(ids(await pullAll(pull(3, [0, 10])))).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7', 'r8', 'r9']);
  });

  it('loses nothing when the source gives smaller pages than asked for', async () => {
    await sourceOf([1, 2, 3, 3, 3, 4, 5, 6], { cap: 2 });
    expect(ids(await pullAll(pull(5, [0, 10])))).toHaveLength(8);
  });

  it('loses nothing when records are edited while it is read, and leave the window', async () => {
    const { requests } = await sourceOf([1, 2, 3, 4, 5, 6, 7, 8]);
    if (source) source.afterAnswer = (request) => request <= 8 && put(`r${request - 1}`, 50 + request);
    const first = await pullAll(pull(2, [0, 50]));
    const edits = requests.length;
    if (source) source.afterAnswer = () => undefined;
    const second = await pullAll(pull(2, [50, 100]));
    expect(edits).toBeGreaterThan(3);
    expect(new Set(ids([...first, ...second]))).toEqual(new Set(['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7']));
  });

  it('loses nothing when one of many equal tokens leaves from in front', async () => {
    await sourceOf([1, 1, 1, 1, 1, 1, 1, 1, 1]);
    if (source) source.afterAnswer = (request) => request === 3 && put('r0', 99);
    expect(ids(await pullAll(pull(2, [0, 50])))).toHaveLength(9);
  });

  it('finds what is added with an old token while it reads, ahead of where it is', async () => {
    await sourceOf([1, 2, 3, 4, 5, 6]);
    if (source) source.afterAnswer = (request) => request === 1 && put('late', 5);
    expect(ids(await pullAll(pull(2, [0, 10])))).toContain('late');
  });

  it('goes on after each page it was killed at, without losing or doubling a record', async () => {
    await sourceOf([1, 2, 2, 2, 2, 2, 3, 4, 4, 5]);
    const whole = ids(await pullAll(pull(2, [0, 10])));
    const pieces = ids(await pullInPieces(pull(2, [0, 10])));
    expect(pieces).toEqual(whole);
    expect(pieces).toHaveLength(10);
  });

  it('reads every record of a source that takes no notice of its filters', async () => {
    await sourceOf([1, 2, 3, 4, 5, 6, 7, 8, 9], { unfiltered: true });
    expect(ids(await pullAll(pull(2, [3, 8])))).toEqual(['r2', 'r3', 'r4', 'r5', 'r6']);
  });

  it('reads every record of a source that takes no notice of the order', async () => {
    await sourceOf([5, 1, 4, 2, 9, 3, 7, 0, 8], { unsorted: true });
    expect(new Set(ids(await pullAll(pull(3, [1, 8]))))).toEqual(new Set(['r0', 'r1', 'r2', 'r3', 'r5', 'r6']));
  });

  it('gives an edit made within the window while reading', async () => {
    await sourceOf([1, 1, 2, 3, 4]);
    if (source) source.afterAnswer = (request) => request === 1 && put('r2', 8);
    const records = await pullAll(pull(3, [0, 10]));
    expect(records.findLast(({ id }) => id === 'r2')?.updatedAt).toBe(at(8));
  });

  it('reads everything in audit and in full mode, and skips nothing when records go meanwhile', async () => {
    await sourceOf([1, 2, 3, 4, 5, 6, 7, 8, 9], { totals: true });
    if (source) source.afterAnswer = (request) => request === 1 && source?.items.delete('r0');
    expect(ids(await pullAll({ ...pull(2, [0, 5], true), mode: 'audit' }))).toHaveLength(9);
    expect(ids(await pullAll({ ...pull(2, [0, 5], true), mode: 'full' }))).toHaveLength(8);
  });

  it('tells the total when the source does', async () => {
    await sourceOf([1, 2, 3, 4, 5], { totals: true });
    const totals: (number | undefined)[] = [];
    for await (const page of restConnector([source?.url ?? '']).pull(
      {
        connection: {
          clientId: 'cli_0',
          connectionId: 'con_0',
          settings: pull(2, [0, 9], true).settings as never,
          credentials: {},
          variables: {},
        },
        model: 'items',
        mode: 'incremental',
        window: { start: at(0), finish: at(9) },
      },
      new AbortController().signal,
    )) {
      totals.push(page.total);
    }
    expect(new Set(totals)).toEqual(new Set([5]));
  });
});

interface Shop {
  readonly kind: Paging;
  readonly pageSize: number;
  readonly totals: boolean;
  readonly cap: number;
  readonly tokens: readonly number[];
  readonly cuts: readonly [number, number];
  /** After which request which record is edited. */
  readonly edits: readonly (readonly [number, number])[];
  readonly inPieces: boolean;
}

const shops: fc.Arbitrary<Shop> = fc.record({
  kind: fc.constantFrom(...kinds),
  pageSize: fc.integer({ min: 1, max: 5 }),
  totals: fc.boolean(),
  cap: fc.integer({ min: 1, max: 6 }),
  tokens: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 24 }),
  cuts: fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 7, max: 12 })),
  edits: fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.nat({ max: 23 })), { maxLength: 4 }),
  inPieces: fc.boolean(),
});

/** Reads three adjacent windows; edits happen during the first two and are dated after all of them. */
async function readAdjacentWindows(shop: Shop) {
  const { kind, pageSize, totals, cuts, tokens, edits, inPieces } = shop;
  const running = await sourceOf(tokens, { cap: shop.cap, totals });
  const edited = new Set<string>();
  running.afterAnswer = (request) => {
    for (const [, record] of edits.filter(([when, record]) => when === request && record < tokens.length)) {
      edited.add(`r${record}`);
      put(`r${record}`, 100 + request);
    }
  };
  const pull = inPieces ? pullInPieces : pullAll;
  const edges = [0, ...cuts, 100];
  const found = [];
  for (const [index, start] of edges.slice(0, -1).entries()) {
    found.push(
      ...(await pull({
        connector: restConnector([running.url]),
        settings: settingsOf(running.url, listModel(kind, pageSize, totals)),
        window: { start: at(start), finish: at(edges[index + 1] ?? 0) },
      })),
    );
  }
  await running.close();
  source = undefined;
  return { found, edited };
}

describe('adjacent windows over any data', () => {
  it('give every record that stays as it is exactly once', async () => {
    await fc.assert(
      fc.asyncProperty(shops, async (shop) => {
        const { found, edited } = await readAdjacentWindows(shop);
        const quiet = shop.tokens.map((_, index) => `r${index}`).filter((id) => !edited.has(id));
        const quietlyFound = ids(found).filter((id) => !edited.has(id));
        expect(quietlyFound.toSorted()).toEqual(quiet.toSorted());
      }),
      { numRuns: 400 },
    );
  });
});
