import { afterEach, describe, expect, it } from 'vitest';
import type { RestModel, RestSettings } from '../../src/connectors/rest/rest-settings.js';
import { instant } from '../../src/domain/time/instant.js';
import { startHttpSource, type HttpSource } from '../support/list-source.js';
import { failureOf, pullAll, restConnector } from '../support/pulling.js';

let source: HttpSource | undefined;
afterEach(async () => {
  await source?.close();
  source = undefined;
});

const window = { start: instant('2026-03-01T00:00:00Z'), finish: instant('2026-03-02T00:00:00Z') };
const incremental = {
  path: 'orders',
  updatedAtField: 'updatedAt',
  sort: { sort: 'updatedAt' },
  pagination: { type: 'page' },
} as const satisfies Partial<RestModel>;

interface Asked {
  readonly model?: Partial<RestModel>;
  readonly settings?: Partial<RestSettings>;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** The first request of a pull, as the source saw it. */
async function requestOf({ model, settings, variables }: Asked) {
  const seen: { url: URL; headers: Readonly<Record<string, unknown>> }[] = [];
  source = await startHttpSource((request, response) => {
    seen.push({ url: new URL(request.url ?? '', 'http://source'), headers: request.headers });
    response.end('[]');
  });
  await pullAll({
    connector: restConnector([source.url]),
    settings: { baseUrl: `${source.url}/api`, ...settings, models: { items: { ...incremental, ...model } } },
    variables,
    window,
  });
  const [first] = seen;
  if (!first) throw new Error('The source was not asked.');
  return first;
}

const failureWith = async (asked: Asked) => failureOf(requestOf(asked));

describe('a filter that is an expression', () => {
  it.each<[string, Pick<RestModel, 'filter'>['filter'], string]>([
    [
      'OData',
      { param: '$filter', template: 'modifiedAt ge {from} and modifiedAt lt {to}' },
      'modifiedAt ge 2026-03-01T00:00:00.000Z and modifiedAt lt 2026-03-02T00:00:00.000Z',
    ],
    [
      'JSON, whose braces stay',
      { param: 'where', template: '{"updatedAt":{"$gte":{"__type":"Date","iso":"{from}"}}}' },
      '{"updatedAt":{"$gte":{"__type":"Date","iso":"2026-03-01T00:00:00.000Z"}}}',
    ],
    [
      'a range in Unix seconds, the start twice',
      { param: 'q', template: 'updated:[{from}..{to}] OR created:{from}', format: 'unixSeconds' },
      'updated:[1772323200..1772409600] OR created:1772323200',
    ],
    [
      'other braces, kept',
      { param: 'q', template: '{a} {from} {} {fromm} {to' },
      '{a} 2026-03-01T00:00:00.000Z {} {fromm} {to',
    ],
  ])('%s', async (_, filter, expression) => {
    const { url } = await requestOf({ model: { filter } });
    expect(url.searchParams.get(filter && 'param' in filter ? filter.param : '')).toBe(expression);
    expect(url.searchParams.get('sort')).toBe('updatedAt');
  });

  it('moves on with the pages as other filters do', async () => {
    const asked: (string | null)[] = [];
    const items = ['01', '02', '03'].map((hour) => ({ id: hour, updatedAt: `2026-03-01T${hour}:00:00.000Z` }));
    source = await startHttpSource((request, response) => {
      const query = new URL(request.url ?? '', 'http://source').searchParams;
      const where = query.get('where') ?? '';
      const first = (Number(query.get('page')) - 1) * 2;
      asked.push(where);
      const [, from = ''] = /ge (\S+)/.exec(where) ?? [];
      response.end(JSON.stringify(items.filter(({ updatedAt }) => updatedAt >= from).slice(first, first + 2)));
    });
    const filter = { param: 'where', template: 'u ge {from}' };
    const model: RestModel = { ...incremental, filter, pageSize: 2 };
    const pull = {
      connector: restConnector([source.url]),
      settings: { baseUrl: source.url, models: { items: model } },
    };
    expect(await pullAll({ ...pull, window })).toHaveLength(3);
    expect(asked.slice(0, 2)).toEqual(['u ge 2026-03-01T00:00:00.000Z', 'u ge 2026-03-01T02:00:00.000Z']);
  });
});

describe('variables', () => {
  const variables = { shop: 'Zoë & Söhne/7', depth: 3, all: true, list: [1], none: null, end: '{to}' };

  it('stand in query values, headers, filters and path segments', async () => {
    const { url, headers } = await requestOf({
      settings: { headers: { 'X-Depth': 'v{{depth}}', 'X-All': '{{ all }}' } },
      model: {
        path: 'shops/{{shop}}/orders',
        query: { shop: 'is {{shop}}', plain: '{{' },
        sort: { sort: 'field{{depth}}' },
        filter: { param: 'q', template: 'd={{depth}} e={{end}} {from}' },
      },
      variables,
    });
    expect(headers).toMatchObject({ 'x-depth': 'v3', 'x-all': 'true' });
    expect(url.pathname).toBe('/api/shops/Zo%C3%AB%20%26%20S%C3%B6hne%2F7/orders');
    expect(url.searchParams.get('shop')).toBe('is Zoë & Söhne/7');
    expect(url.searchParams.get('plain')).toBe('{{');
    expect(url.searchParams.get('sort')).toBe('field3');
    // What a variable holds is no template.
    expect(url.searchParams.get('q')).toBe('d=3 e={to} 2026-03-01T00:00:00.000Z');
  });

  it.each([
    ['one that the connection does not have', { query: { a: '{{missing}}' } }, 'missing'],
    ['one that every object has', { query: { a: '{{constructor}}' } }, 'constructor'],
    ['a list', { query: { a: '{{list}}' } }, 'list'],
    ['null', { query: { a: '{{none}}' } }, 'none'],
  ])('fail the run by name: %s', async (_, model, name) => {
    const failure = await failureWith({ model, variables });
    expect(failure).toMatchObject({ code: 'configuration_invalid', class: 'configuration' });
    expect(failure.message).toContain(`“${name}”`);
  });

  it.each(['..', '.', '', '../../admin', '%2e%2e', 'a/../../b', '\\..\\', '//evil.example/', '?x=1', '#x'])(
    'never lead out of the base URL: %s',
    async (value) => {
      const asked = { model: { path: 'shops/{{value}}/orders' }, variables: { value } };
      const reached = await requestOf(asked).then(
        ({ url }) => url.pathname,
        (error: unknown) => failureOf(Promise.reject(error)).then(({ code }) => code),
      );
      expect(reached).toMatch(/^(\/api\/shops\/[^/]+\/orders|configuration_invalid)$/);
    },
  );

  it('never make a way up together', async () => {
    const failure = await failureWith({ model: { path: 'a/.{{dot}}/b' }, variables: { dot: '.' } });
    expect(failure).toMatchObject({ code: 'configuration_invalid' });
  });

  it.each(['a\r\nX-Admin: 1', 'é', 'a\0', 'x'.repeat(2_001)])('never add to the headers: %j', async (value) => {
    const failure = await failureWith({ settings: { headers: { 'X-Shop': '{{value}}' } }, variables: { value } });
    expect(failure).toMatchObject({ code: 'configuration_invalid' });
    expect(failure.message).toContain('X-Shop');
    expect(failure.message).not.toContain(value);
  });

  it('are left alone in cursors and other words of the source', async () => {
    const urls: string[] = [];
    source = await startHttpSource((request, response, nth) => {
      urls.push(request.url ?? '');
      response.end(JSON.stringify({ items: [{ id: nth }], next: nth === 1 ? '{{depth}}' : null }));
    });
    const pagination = { type: 'cursor', cursorParam: 'c', cursorPath: 'next' } as const;
    const settings = { baseUrl: source.url, models: { items: { path: 'x', recordsPath: 'items', pagination } } };
    await pullAll({ connector: restConnector([source.url]), settings, variables, mode: 'full' });
    expect(urls[1]).toBe('/x?c=%7B%7Bdepth%7D%7D');
  });
});
