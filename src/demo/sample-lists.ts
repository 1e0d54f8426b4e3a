import { parseInstant } from '../domain/time/instant.js';
import { sampleModels, type SampleModel } from '../connectors/sample/sample-models.js';
import type { SampleStock, StockItem } from './sample-stock.js';

export interface ListAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** The caller asked for something the shop does not understand; the message is its answer. */
export class BadListRequest extends Error {}

const MOST = 500;

const isModel = (name: string): name is SampleModel => Object.hasOwn(sampleModels, name);

/** One page of one of the shop's lists; undefined where there is no such list. */
export function answerList(stock: SampleStock, url: URL): ListAnswer | undefined {
  const model = url.pathname.slice(1);
  if (!isModel(model)) return undefined;
  const items = matching(stock.list(model), url.searchParams);
  switch (model) {
    case 'orders':
      return byPage(items, url.searchParams);
    case 'products':
      return byOffset(items, url.searchParams);
    case 'customers':
      return byCursor(items, url.searchParams);
    case 'payments':
      return byLink(items, url);
  }
}

/** Changed at or after `updated_since` and before `updated_before`; by change, then id, unless not asked to sort. */
function matching(items: Iterable<StockItem>, query: URLSearchParams): readonly StockItem[] {
  const [since, before] = [instantIn(query, 'updated_since'), instantIn(query, 'updated_before')];
  const found = [...items].filter(({ updatedAt }) => (since ?? '') <= updatedAt && (!before || updatedAt < before));
  const sort = query.get('sort') ?? 'id';
  if (sort === 'id') return found.sort((a, b) => compare(a.id, b.id));
  if (sort !== 'updatedAt,id') throw new BadListRequest('sort is id or updatedAt,id');
  return found.sort((a, b) => compare(a.updatedAt, b.updatedAt) || compare(a.id, b.id));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function instantIn(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const at = parseInstant(text);
  if (at === undefined) throw new BadListRequest(`${name} is no instant`);
  return new Date(at).toISOString();
}

function integerIn(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name) ?? String(otherwise);
  if (!/^\d{1,9}$/.test(text)) throw new BadListRequest(`${name} is no whole number`);
  return Number(text);
}

const sizeIn = (query: URLSearchParams, name: string): number =>
  Math.max(1, Math.min(integerIn(query, name, 50), MOST));

function byPage(items: readonly StockItem[], query: URLSearchParams): ListAnswer {
  const size = sizeIn(query, 'per_page');
  const page = Math.max(1, integerIn(query, 'page', 1));
  return { headers: {}, body: { data: items.slice((page - 1) * size, page * size), page, total: items.length } };
}

function byOffset(items: readonly StockItem[], query: URLSearchParams): ListAnswer {
  const offset = integerIn(query, 'offset', 0);
  const body = items.slice(offset, offset + sizeIn(query, 'limit'));
  return { headers: { 'x-total-count': String(items.length) }, body };
}

/** The cursor is the last record's place in the order, so that it survives changes. */
function byCursor(items: readonly StockItem[], query: URLSearchParams): ListAnswer {
  const size = sizeIn(query, 'first');
  const byId = query.get('sort') !== 'updatedAt,id';
  const placeOf = ({ id, updatedAt }: StockItem): string => (byId ? id : `${updatedAt} ${id}`);
  const after = Buffer.from(query.get('after') ?? '', 'base64url').toString('utf8');
  const rest = items.filter((item) => placeOf(item) > after);
  const customers = rest.slice(0, size);
  const last = customers.at(-1);
  const next = rest.length > size && last ? Buffer.from(placeOf(last), 'utf8').toString('base64url') : null;
  return { headers: {}, body: { customers, next, count: items.length } };
}

function byLink(items: readonly StockItem[], url: URL): ListAnswer {
  const size = sizeIn(url.searchParams, 'limit');
  const page = Math.max(1, integerIn(url.searchParams, 'page', 1));
  const next = new URL(url);
  next.searchParams.set('page', String(page + 1));
  const total = { 'x-total-count': String(items.length) };
  const headers = page * size < items.length ? { ...total, link: `<${next.href}>; rel="next"` } : total;
  return { headers, body: items.slice((page - 1) * size, page * size) };
}
