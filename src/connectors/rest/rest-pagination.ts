import type { Position } from '../source-reader.js';
import { valueAt } from './json-path.js';
import { DEFAULT_PAGE_SIZE, type RestModel, type RestPagination } from './rest-settings.js';

/** What an answer says about the way on. */
export interface AnsweredPage {
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  /** Records on the page. */
  readonly length: number;
}

const numberAt = (position: Position | undefined, name: string): number | undefined => {
  const value = position?.[name];
  return typeof value === 'number' ? value : undefined;
};
const textAt = (position: Position | undefined, name: string): string | undefined => {
  const value = position?.[name];
  return typeof value === 'string' ? value : undefined;
};

/** The URL of the page, where the source gave one. */
export const linkAt = (position: Position | undefined): string | undefined => textAt(position, 'url');

/** The query parameters that ask for the page at a position. */
export function pageQuery(model: RestModel, position: Position | undefined): Readonly<Record<string, string>> {
  const { pagination = { type: 'none' }, pageSize = DEFAULT_PAGE_SIZE } = model;
  if (pagination.type === 'none') return {};
  const size = pagination.sizeParam === undefined ? {} : { [pagination.sizeParam]: String(pageSize) };
  if (pagination.type === 'page') {
    const { pageParam = 'page', firstPage = 1 } = pagination;
    return { ...size, [pageParam]: String(numberAt(position, 'page') ?? firstPage) };
  }
  if (pagination.type === 'offset') {
    return { ...size, [pagination.offsetParam ?? 'offset']: String(numberAt(position, 'offset') ?? 0) };
  }
  const cursor = textAt(position, 'cursor');
  return pagination.type === 'cursor' && cursor !== undefined ? { ...size, [pagination.cursorParam]: cursor } : size;
}

/** Where the listing goes on; undefined when the source says, or an empty page shows, that it ends. */
export function nextPosition(
  model: RestModel,
  position: Position | undefined,
  page: AnsweredPage,
): Position | undefined {
  const { pagination = { type: 'none' } } = model;
  switch (pagination.type) {
    case 'none':
      return undefined;
    case 'page': {
      const read = (numberAt(position, 'read') ?? 0) + page.length;
      const next = (numberAt(position, 'page') ?? pagination.firstPage ?? 1) + 1;
      return endsHere(model, page, read) ? undefined : { page: next, read };
    }
    case 'offset': {
      // By what came, not by what was asked for: sources cap the size of a page.
      const read = (numberAt(position, 'offset') ?? 0) + page.length;
      return endsHere(model, page, read) ? undefined : { offset: read };
    }
    case 'cursor':
      return given('cursor', valueAt(page.body, pagination.cursorPath));
    case 'nextUrl':
      return given('url', valueAt(page.body, pagination.nextPath));
    case 'link':
      return given('url', nextLink(page.headers.link ?? ''));
  }
}

function endsHere({ pagination, pageSize = DEFAULT_PAGE_SIZE }: RestModel, page: AnsweredPage, read: number): boolean {
  const total = totalOf(pagination, page);
  if (page.length === 0 || (total !== undefined && read >= total)) return true;
  return pagination !== undefined && 'shortPageEnds' in pagination && pagination.shortPageEnds === true
    ? page.length < pageSize
    : false;
}

const given = (name: 'cursor' | 'url', value: unknown): Position | undefined =>
  (typeof value === 'string' && value !== '') || typeof value === 'number' ? { [name]: String(value) } : undefined;

/** Records of the whole listing, when the source tells. */
export function totalOf(pagination: RestPagination | undefined, page: AnsweredPage): number | undefined {
  if (pagination === undefined || pagination.type === 'none') return undefined;
  const { totalPath, totalHeader } = pagination;
  const text = totalHeader === undefined ? undefined : page.headers[totalHeader.toLowerCase()];
  const value = totalPath === undefined ? text : valueAt(page.body, totalPath);
  const total = typeof value === 'number' ? value : /^\d{1,15}$/.test(String(value)) ? Number(value) : NaN;
  return Number.isSafeInteger(total) && total >= 0 ? total : undefined;
}

/** The target of `rel="next"` in a Link header (RFC 8288). */
export function nextLink(header: string): string | undefined {
  for (const [, target, parameters = ''] of header.matchAll(
    /<([^>]*)>((?:\s*;\s*[^\s=;,"]+(?:=(?:"[^"]*"|[^\s";,]*))?)*)/g,
  )) {
    const [, quoted, plain = ''] = /;\s*rel=(?:"([^"]*)"|([^\s";,]*))/i.exec(parameters) ?? [];
    if ((quoted ?? plain).toLowerCase().split(/\s+/).includes('next')) return target;
  }
  return undefined;
}
