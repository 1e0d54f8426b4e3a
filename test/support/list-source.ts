import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RestModel } from '../../src/connectors/rest/rest-settings.js';

export interface Item {
  readonly id: string;
  readonly updatedAt: string;
  readonly [field: string]: unknown;
}

export type Paging = 'page' | 'offset' | 'cursor' | 'link' | 'nextUrl';

export interface ListSource {
  readonly url: string;
  /** The list as it is now; tests change it as they like. */
  readonly items: Map<string, Item>;
  /** Every request so far. */
  readonly requests: URL[];
  /** Called after each answer is made, before it is sent: the moment other people change the list. */
  afterAnswer: (request: number) => unknown;
  close(): Promise<void>;
}

export interface ListSourceOptions {
  /** Most records on a page, whatever is asked for. */
  readonly cap?: number;
  readonly totals?: boolean;
  /** Takes no notice of the filters. */
  readonly unfiltered?: boolean;
  /** Takes no notice of the sort. */
  readonly unsorted?: boolean;
}

/** A JSON API over a list in memory, with each kind of paging; all of them count from the beginning. */
export async function startListSource(options: ListSourceOptions = {}): Promise<ListSource> {
  const items = new Map<string, Item>();
  const requests: URL[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', source.url);
    requests.push(url);
    const { headers, body } = answer([...items.values()], url, options);
    source.afterAnswer(requests.length);
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  });
  const url = await listen(server);
  const source: ListSource = { url, items, requests, afterAnswer: () => undefined, close: () => close(server) };
  return source;
}

function answer(
  items: readonly Item[],
  url: URL,
  { cap = 1000, totals = false, unfiltered, unsorted }: ListSourceOptions,
) {
  const query = url.searchParams;
  const [since, before] = [query.get('since') ?? '', query.get('before') ?? '9'];
  const found = items.filter(({ updatedAt }) => unfiltered === true || (since <= updatedAt && updatedAt < before));
  if (query.get('sort') === 'updatedAt' && unsorted !== true) found.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  if (query.get('sort') === '-updatedAt' && unsorted !== true) found.sort((a, b) => (order(a) > order(b) ? -1 : 1));
  const size = Math.min(Number(query.get('size') ?? 50), cap);
  const offset = Number(query.get('offset') ?? query.get('cursor') ?? (Number(query.get('page') ?? 1) - 1) * size);
  const page = found.slice(offset, offset + size);
  const more = offset + size < found.length;
  const next = new URL(url);
  next.searchParams.set('offset', String(offset + size));
  const headers: Record<string, string> = more ? { link: `<${next.href}>; rel="next"` } : {};
  const body = { items: page, cursor: more ? String(offset + size) : null, next: more ? next.href : null };
  return { headers, body: totals ? { ...body, total: found.length } : body };
}

const order = ({ updatedAt, id }: Item): string => `${updatedAt} ${id}`;

const paging: Readonly<Record<Paging, RestModel['pagination']>> = {
  page: { type: 'page', sizeParam: 'size' },
  offset: { type: 'offset', sizeParam: 'size' },
  cursor: { type: 'cursor', sizeParam: 'size', cursorParam: 'cursor', cursorPath: 'cursor' },
  link: { type: 'link', sizeParam: 'size' },
  nextUrl: { type: 'nextUrl', sizeParam: 'size', nextPath: 'next' },
};

/** The list as a `rest` connection describes it. */
export const listModel = (kind: Paging, pageSize: number, totals = false): RestModel => ({
  path: 'items',
  recordsPath: 'items',
  updatedAtField: 'updatedAt',
  filter: { from: 'since', to: 'before' },
  sort: { sort: 'updatedAt' },
  pagination: { ...paging[kind], ...(totals ? { totalPath: 'total' } : {}) } as RestModel['pagination'],
  pageSize,
});

export type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

export interface HttpSource {
  readonly url: string;
  close(): Promise<void>;
}

/** A source that answers as the handler says; `count` numbers the requests from 1. */
export async function startHttpSource(handler: Handler): Promise<HttpSource> {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    handler(request, response, count);
  });
  return { url: await listen(server), close: () => close(server) };
}

export async function listen(server: ReturnType<typeof createServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function close(server: ReturnType<typeof createServer>): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
