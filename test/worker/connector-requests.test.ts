import { afterEach, describe, expect, it } from 'vitest';
import { nextLink } from '../../src/connectors/rest/rest-pagination.js';
import type { RestModel, RestSettings } from '../../src/connectors/rest/rest-settings.js';
import { filterFrom, filterTo, readInstant } from '../../src/connectors/rest/source-time.js';
import { instant } from '../../src/domain/time/instant.js';
import { startHttpSource, type HttpSource } from '../support/list-source.js';
import { failureOf, pullAll, restConnector } from '../support/pulling.js';

let source: HttpSource | undefined;
afterEach(async () => {
  await source?.close();
  source = undefined;
});

interface Seen {
  readonly url: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** What a source sees of one pull. */
async function seenOf(
  settings: Omit<RestSettings, 'baseUrl'>,
  credentials: Readonly<Record<string, string>>,
  base = '',
): Promise<Seen> {
  const seen: Seen[] = [];
  source = await startHttpSource((request, response) => {
    seen.push({ url: request.url ?? '', headers: request.headers });
    response.end('[]');
  });
  const connector = restConnector([source.url]);
  const connection = { ...settings, baseUrl: `${source.url}${base}` };
  await pullAll({ connector, settings: connection, credentials, mode: 'full' });
  return seen[0] ?? { url: '', headers: {} };
}

const models = { items: { path: '/items' } };

describe('a request to a source', () => {
  it.each([
    [{ type: 'bearer' }, { token: 'tok' }, 'authorization', 'Bearer tok'],
    [{ type: 'basic' }, { username: 'ü', password: 'p:w' }, 'authorization', 'Basic w7w6cDp3'],
    [{ type: 'header', name: 'X-Api-Key' }, { value: 'k' }, 'x-api-key', 'k'],
    [undefined, { token: 'tok' }, 'authorization', 'Bearer tok'],
  ])('proves who is asking by %o', async (auth, credentials, header, value) => {
    const { headers } = await seenOf({ auth: auth as RestSettings['auth'], models }, credentials);
    expect(headers[header]).toBe(value);
  });

  it('proves it in the query, which no message repeats', async () => {
    const { url } = await seenOf({ auth: { type: 'query', name: 'key' }, models }, { value: 'a&b' });
    expect(url).toBe('/items?key=a%26b');
    await source?.close();
    source = await startHttpSource((_, response) => response.writeHead(400).end());
    const failure = await failureOf(
      pullAll({
        connector: restConnector([source.url]),
        settings: { baseUrl: source.url, auth: { type: 'query', name: 'key' }, models },
        credentials: { value: 'hidden' },
        mode: 'full',
      }),
    );
    expect(JSON.stringify(failure)).not.toContain('hidden');
  });

  it('goes below the base URL, with the headers and queries of the settings', async () => {
    const { url, headers } = await seenOf(
      { headers: { 'X-Version': '7' }, models: { items: { path: '/items', query: { expand: 'lines' } } } },
      {},
      '/api/v1/',
    );
    expect(url).toBe('/api/v1/items?expand=lines');
    expect(headers).toMatchObject({ 'x-version': '7', accept: 'application/json' });
  });
});

describe('a connection test', () => {
  const test = async (status: number, model?: RestModel) => {
    const urls: string[] = [];
    source = await startHttpSource((request, response) => {
      urls.push(request.url ?? '');
      response.writeHead(status).end('{}');
    });
    const settings = { baseUrl: `${source.url}/api`, ...(model ? { models: { items: model } } : {}) };
    const connection = { clientId: 'cli_0', connectionId: 'con_0', settings, credentials: {}, variables: {} };
    await restConnector([source.url]).test(connection, new AbortController().signal);
    return urls;
  };

  it('asks for one record of the first model', async () => {
    const model: RestModel = { path: 'items', pagination: { type: 'page', sizeParam: 'size' } };
    expect(await test(200, model)).toEqual(['/api/items?size=1&page=1']);
  });

  it('is content with any answer where there is no model', async () => {
    expect(await test(404)).toEqual(['/api/']);
  });

  it('fails where the credentials are refused', async () => {
    expect(await failureOf(test(401))).toMatchObject({ code: 'credential_invalid' });
  });
});

describe('instants of sources', () => {
  it.each([
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T03:04:05.678901+01:00', '2026-01-02T02:04:05.678Z'],
    ['2026-01-02 03:04:05+0100', '2026-01-02T02:04:05.000Z'],
    ['2026-01-02T03:04:05', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02', '2026-01-02T00:00:00.000Z'],
    [1767323045, '2026-01-02T03:04:05.000Z'],
    [1767323045678, '2026-01-02T03:04:05.678Z'],
    ['1767323045', '2026-01-02T03:04:05.000Z'],
  ])('%s is %s', (written, meant) => {
    expect(readInstant(written)).toBe(instant(meant));
  });

  it.each(['', 'yesterday', '2026-02-30', null, undefined, {}, NaN, 1e300, -1e18, '0000-01-01T00:00:00Z', true])(
    '%s is none',
    (written) => {
      expect(readInstant(written)).toBeUndefined();
    },
  );

  it.each([
    ['iso', '2026-01-02T03:04:05.678Z', '2026-01-02T03:04:05.678Z'],
    ['isoSeconds', '2026-01-02T03:04:05Z', '2026-01-02T03:04:06Z'],
    ['unixSeconds', '1767323045', '1767323046'],
    ['unixMilliseconds', '1767323045678', '1767323045678'],
    ['date', '2026-01-01', '2026-01-04'],
  ] as const)('are asked for as %s, never too few', (format, from, to) => {
    const at = instant('2026-01-02T03:04:05.678Z');
    expect(filterFrom({ format }, at)).toBe(from);
    expect(filterTo({ format }, at)).toBe(to);
  });

  it('are asked for one step earlier where the source leaves out the start', () => {
    const filter = { from: 'f', fromIsExclusive: true };
    expect(filterFrom(filter, instant('2026-01-02T03:04:05.678Z'))).toBe('2026-01-02T03:04:05.677Z');
  });
});

describe('Link headers', () => {
  it.each([
    ['<https://a.example/x?page=2>; rel="next"', 'https://a.example/x?page=2'],
    ['<a>; rel="first", <b>; rel="next", <c>; rel="last"', 'b'],
    ['<a>; title="x, y"; rel="prev next"', 'a'],
    ['<a>; rel=next', 'a'],
    ['<a,b>; rel="next"', 'a,b'],
    ['<a>; rel="prev"', undefined],
    ['', undefined],
  ])('%s leads to %s', (header, target) => {
    expect(nextLink(header)).toBe(target);
  });
});
