import { describe, expect, it } from 'vitest';
import { SampleConnector } from '../../src/connectors/sample/sample.connector.js';
import { StaticConnectorRegistry } from '../../src/connectors/registry.js';
import { Outbound } from '../../src/platform/outbound/outbound.js';
import { restConnector, sourceHttp } from '../support/pulling.js';

const rest = restConnector(['http://127.0.0.1:4000']);
const baseUrl = 'https://shop.example.com/api';
const orders = { path: 'orders' };
const settingsWith = (model: Record<string, unknown>) => ({ baseUrl, models: { orders: { ...orders, ...model } } });
const found = (settings: unknown, credentials?: unknown) =>
  rest.validate(settings, credentials).map(({ pointer, code }) => `${pointer} ${code}`);

describe('settings of a rest connection', () => {
  it.each([
    ['only a base URL', { baseUrl }],
    ['an allowed origin on loopback', { baseUrl: 'http://127.0.0.1:4000/api' }],
    ['a model with nothing but its path', { baseUrl, models: { orders } }],
    ['headers', { baseUrl, headers: { 'X-Api-Version': '2026-01' } }],
    [
      'everything at once',
      settingsWith({
        path: '/v1/orders.json',
        recordsPath: 'data.orders',
        idField: 'uid',
        updatedAtField: 'meta.updated',
        createdAtField: 'meta.created',
        query: { expand: 'lines' },
        filter: { from: 'since', to: 'until', format: 'unixSeconds', fromIsExclusive: true },
        sort: { sort: 'updated' },
        sortDescending: { sort: '-updated' },
        pagination: { type: 'cursor', cursorParam: 'after', cursorPath: 'next', sizeParam: 'limit' },
        pageSize: 500,
        announcesChanges: true,
      }),
    ],
    ['a filter that is an expression', settingsWith({ filter: { param: '$filter', template: 'u ge {from}' } })],
    ['OAuth 2', { baseUrl, auth: { type: 'oauth2ClientCredentials', tokenUrl: 'https://id.example.com/token?v=2' } }],
    ['a rate', { baseUrl, rateLimit: { requestsPerSecond: 2.5, burst: 40 } }],
    ['a rate that the source tells', { baseUrl, rateLimit: { remainingHeader: 'X-Left', resetHeader: 'X-Reset' } }],
  ])('take %s', (_, settings) => {
    expect(found(settings)).toEqual([]);
  });

  it.each([
    ['nothing', null, ['/settings invalid_type']],
    ['an array', [], ['/settings invalid_type']],
    ['no base URL', {}, ['/settings/baseUrl required']],
    ['a base URL that is none', { baseUrl: 'shop' }, ['/settings/baseUrl invalid_url']],
    ['a base URL that is no text', { baseUrl: 1 }, ['/settings/baseUrl invalid_type']],
    ['a private address', { baseUrl: 'https://127.1/' }, ['/settings/baseUrl url_not_allowed']],
    ['plain http', { baseUrl: 'http://example.com/' }, ['/settings/baseUrl url_not_allowed']],
    ['another port of an allowed host', { baseUrl: 'http://127.0.0.1:4001/' }, ['/settings/baseUrl url_not_allowed']],
    ['a query in the base URL', { baseUrl: `${baseUrl}?key=1` }, ['/settings/baseUrl invalid_url']],
    ['an unknown field', { baseUrl, baseURL: 'x' }, ['/settings/baseURL unknown_field']],
    ['two mistakes', { baseUrl: 1, x: 1 }, ['/settings/x unknown_field', '/settings/baseUrl invalid_type']],
    [
      'an unknown pagination',
      settingsWith({ pagination: { type: 'pages' } }),
      ['/settings/models/orders/pagination/type unsupported_value'],
    ],
    [
      'pagination without a type',
      settingsWith({ pagination: {} }),
      ['/settings/models/orders/pagination/type required'],
    ],
    [
      'a cursor without its path',
      settingsWith({ pagination: { type: 'cursor', cursorParam: 'c' } }),
      ['/settings/models/orders/pagination/cursorPath required'],
    ],
    ['a page size of nothing', settingsWith({ pageSize: 0 }), ['/settings/models/orders/pageSize out_of_range']],
    ['a huge page size', settingsWith({ pageSize: 1001 }), ['/settings/models/orders/pageSize out_of_range']],
    [
      'a time format of its own',
      settingsWith({ filter: { from: 'f', format: 'rfc' } }),
      ['/settings/models/orders/filter/format unsupported_value'],
    ],
    [
      'a path to another host',
      settingsWith({ path: '//evil.example/' }),
      ['/settings/models/orders/path invalid_format'],
    ],
    ['a path upwards', settingsWith({ path: 'a/../../admin' }), ['/settings/models/orders/path invalid_format']],
    ['a model without a path', { baseUrl, models: { orders: {} } }, ['/settings/models/orders/path required']],
    ['a strange model name', { baseUrl, models: { 'a/b': orders } }, ['/settings/models/a~1b invalid_format']],
    [
      'a model called __proto__',
      JSON.parse(`{"baseUrl":"${baseUrl}","models":{"__proto__":{"path":"x"}}}`),
      ['/settings/models/__proto__ invalid_format'],
    ],
    [
      'a header with a line break',
      { baseUrl, headers: { 'X-A': 'a\r\nX-B: b' } },
      ['/settings/headers/X-A invalid_format'],
    ],
    ['a header that is no name', { baseUrl, headers: { 'X A': 'a' } }, ['/settings/headers/X A invalid_format']],
    [
      'a secret among the headers',
      { baseUrl, headers: { Authorization: 'x' } },
      ['/settings/headers/Authorization not_applicable'],
    ],
    ['another host header', { baseUrl, headers: { HOST: 'x' } }, ['/settings/headers/HOST not_applicable']],
    ['an unknown authentication', { baseUrl, auth: { type: 'oauth' } }, ['/settings/auth/type unsupported_value']],
    ['header authentication without its name', { baseUrl, auth: { type: 'header' } }, ['/settings/auth/name required']],
  ])('refuse %s', (_, settings, problems) => {
    expect(found(settings)).toEqual(problems);
  });

  it.each([
    ['without its token endpoint', {}, 'tokenUrl required'],
    ['of a private token endpoint', { tokenUrl: 'https://10.0.0.1/token' }, 'tokenUrl url_not_allowed'],
    ['over plain http', { tokenUrl: 'http://id.example.com/token' }, 'tokenUrl url_not_allowed'],
    ['at no URL', { tokenUrl: 'token' }, 'tokenUrl invalid_url'],
    ['at a fragment', { tokenUrl: 'https://id.example.com/token#a' }, 'tokenUrl invalid_url'],
    ['with a secret', { tokenUrl: 'https://id.example.com/', clientSecret: 's' }, 'clientSecret unknown_field'],
    ['by a certificate', { tokenUrl: 'https://id.example.com/', clientAuth: 'tls' }, 'clientAuth unsupported_value'],
  ])('refuse OAuth 2 %s', (_, auth, problem) => {
    const settings = { baseUrl, auth: { type: 'oauth2ClientCredentials', ...auth } };
    expect(found(settings)).toEqual([`/settings/auth/${problem}`]);
  });

  it.each([
    ['of nothing', {}, ' too_few_items'],
    ['of no requests', { requestsPerSecond: 0 }, '/requestsPerSecond out_of_range'],
    ['of a burst alone', { burst: 5 }, '/requestsPerSecond required'],
    ['by a header that is no name', { usedHeader: 'a b' }, '/usedHeader invalid_format'],
  ])('refuse a rate %s', (_, rateLimit, problem) => {
    expect(found({ baseUrl, rateLimit })).toEqual([`/settings/rateLimit${problem}`]);
  });

  it.each([
    ['of nothing', {}, 'from required'],
    ['of an end alone', { to: 't' }, 'from required'],
    ['of an expression without its parameter', { template: '{from}' }, 'param required'],
    ['of a parameter without its expression', { param: 'q', from: 'f' }, 'template required'],
    ['of an expression without its start', { param: 'q', template: 'u lt {to}' }, 'template invalid_format'],
    ['of both kinds', { param: 'q', template: '{from}', from: 'f' }, 'from not_applicable'],
  ])('refuse a filter %s', (_, filter, problem) => {
    expect(found(settingsWith({ filter }))).toEqual([`/settings/models/orders/filter/${problem}`]);
  });
});

describe('credentials of a rest connection', () => {
  const by = (type: string, name?: string) => ({ baseUrl, auth: { type, ...(name === undefined ? {} : { name }) } });

  const byOAuth = { baseUrl, auth: { type: 'oauth2ClientCredentials', tokenUrl: 'https://id.example.com/token' } };

  it.each([
    [by('bearer'), { token: 't' }, []],
    [by('bearer'), {}, ['/credentials/token required']],
    [by('bearer'), undefined, []],
    [by('bearer'), { token: '' }, ['/credentials/token too_short']],
    [by('bearer'), { token: 'a\nb' }, ['/credentials/token invalid_format']],
    [by('basic'), { username: 'u' }, []],
    [by('basic'), { username: 'u', password: 'p' }, []],
    [by('basic'), { password: 'p' }, ['/credentials/username required']],
    [by('header', 'X-Key'), { value: 'v' }, []],
    [by('query', 'key'), { token: 't' }, ['/credentials/value required', '/credentials/token not_applicable']],
    [by('none'), { token: 't' }, ['/credentials/token not_applicable']],
    [byOAuth, { clientId: 'c', clientSecret: 's' }, []],
    [byOAuth, { clientId: 'c' }, ['/credentials/clientSecret required']],
    [byOAuth, { clientId: 'c', clientSecret: 's', token: 't' }, ['/credentials/token not_applicable']],
    [
      { baseUrl },
      { clientId: 'c', clientSecret: 's' },
      ['/credentials/clientId not_applicable', '/credentials/clientSecret not_applicable'],
    ],
    [{ baseUrl }, {}, []],
    [{ baseUrl }, { token: 't' }, []],
    [{ baseUrl }, { username: 'u', password: 'p' }, []],
    [{ baseUrl }, 'secret', ['/credentials invalid_type']],
    [{ baseUrl }, { apiKey: 'x' }, ['/credentials/apiKey unknown_field']],
  ])('%o with %o', (settings, credentials, problems) => {
    expect(found(settings, credentials)).toEqual(problems);
  });

  it('are waited for where the way of authentication needs them', () => {
    expect(rest.needsCredentials(by('bearer'))).toBe(true);
    expect(rest.needsCredentials(byOAuth)).toBe(true);
    expect(rest.needsCredentials({ baseUrl })).toBe(false);
  });
});

describe('what a rest source can do', () => {
  const capable = { updatedAtField: 'u', filter: { from: 'f' }, sort: { s: 'u' }, pagination: { type: 'page' } };
  const incremental = (model: Record<string, unknown>) => rest.models(settingsWith(model))[0]?.capabilities.incremental;

  it('is incremental only if it sorts, pages and filters by its change token', () => {
    expect(incremental(capable)).toBe(true);
    for (const part of Object.keys(capable)) expect(incremental({ ...capable, [part]: undefined })).toBe(false);
    expect(incremental({ ...capable, filter: { param: 'q', template: 'u ge {from}' } })).toBe(true);
  });

  it('announces changes by itself only where the settings say so', () => {
    const announces = (model: Record<string, unknown>) =>
      rest.models(settingsWith(model))[0]?.capabilities.announcesChanges;
    expect(announces({})).toBe(false);
    expect(announces({ announcesChanges: true })).toBe(true);
  });
});

describe('the sample platform', () => {
  const outbound = new Outbound({ allow: ['http://127.0.0.1:4000'] });
  const sample = new SampleConnector(outbound, sourceHttp(outbound));

  it('asks for the shop and its token only', () => {
    expect(sample.validate({ baseUrl: 'http://127.0.0.1:4000' }, { token: 't' })).toEqual([]);
    expect(sample.validate({ baseUrl: 'http://127.0.0.1:4000', models: {} }, {})).toMatchObject([
      { pointer: '/settings/models', code: 'unknown_field' },
      { pointer: '/credentials/token', code: 'required' },
    ]);
  });

  it('knows its models without settings, all incremental', () => {
    const models = sample.models({});
    expect(models.map(({ name }) => name)).toEqual(['orders', 'products', 'customers', 'payments']);
    expect(models.every(({ capabilities }) => capabilities.incremental && capabilities.total)).toBe(true);
    expect(models.some(({ capabilities }) => capabilities.announcesChanges)).toBe(false);
  });

  it('is found in the registry by its name', () => {
    const registry = new StaticConnectorRegistry([rest, sample]);
    expect(registry.list().map(({ platform }) => platform)).toEqual(['rest', 'sample']);
    expect(registry.find('sample')).toBe(sample);
    expect(registry.find('constructor')).toBeUndefined();
  });
});
