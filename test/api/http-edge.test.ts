import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawRequest, type RawAnswer } from '../support/raw-http.js';
import { startEdgeApp, type EdgeApp } from '../support/edge-app.js';
import { schemaProblems } from '../support/contract.js';

let edge: EdgeApp;
beforeAll(async () => {
  edge = await startEdgeApp({ requestTimeout: 500 });
});
afterAll(() => edge.close());

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** As bytes on a socket, because HTTP clients refuse to send most of what is tested here. */
function send({ method = 'GET', path = '/v1/companies', headers = {}, body }: Sent): Promise<RawAnswer> {
  const all = { host: 'x', authorization: 'Bearer a', connection: 'close', ...headers };
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const lines = Object.entries({ ...length, ...all }).map(([name, value]) => `${name}: ${value}`);
  const head = [`${method} ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n');
  return rawRequest(edge.baseUrl, Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body ?? '')]));
}

const schedule = '/v1/syncs/syn_1/schedule';
const put = (body: string | Buffer, headers: Readonly<Record<string, string>> = {}) =>
  send({ method: 'PUT', path: schedule, body, headers: { 'content-type': 'application/json', ...headers } });
const post = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  send({ method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });

/** Every refusal is a problem document of the contract, tells the request id, and gives nothing away. */
function expectProblem(answer: RawAnswer, status: number, code: string): void {
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.headers.get('x-request-id')).toBe(answer.body.requestId);
  expect(schemaProblems(['components', 'schemas', 'Problem'], answer.body)).toEqual([]);
  expect(answer.text).not.toMatch(/ at .*\.[jt]s|node_modules|select |\/etc\/|\/work\//i);
}

const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);

describe('a body', () => {
  it('is read when it is JSON in UTF-8', async () => {
    const answer = await put('{"a":"é"}', { 'content-type': 'Application/JSON; charset="UTF-8"' });
    expect([answer.status, answer.body]).toEqual([200, { body: { a: 'é' } }]);
  });

  it('may be packed with gzip', async () => {
    const answer = await put(gzipSync('{"a":1}'), { 'content-encoding': 'gzip' });
    expect(answer.body).toEqual({ body: { a: 1 } });
  });

  it('may be sent in chunks', async () => {
    const head = `PUT ${schedule} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer a\r\ncontent-type: application/json\r\n`;
    const answer = await rawRequest(
      edge.baseUrl,
      `${head}transfer-encoding: chunked\r\n\r\n4\r\n{"a"\r\n3\r\n:1}\r\n0\r\n\r\n`,
    );
    expect(answer.body).toEqual({ body: { a: 1 } });
  });

  it('may nest 32 deep', async () => {
    expect((await put(nested(32, '[', ']'))).status).toBe(200);
    expectProblem(await put(nested(33, '[', ']')), 400, 'body_too_deep');
  });

  it('may hold brackets in texts', async () => {
    expect((await put(`["${'['.repeat(100)}\\"${'{'.repeat(100)}"]`)).status).toBe(200);
  });

  it.each<[string, string | Buffer]>([
    ['a comment', '{"a":1 /*c*/}'],
    ['something behind it', '{}}'],
    ['an end too early', '{"a":'],
    ['nothing', ''],
    ['spaces only', '  '],
    ['NaN', '{"a":NaN}'],
    ['a comma too many', '{"a":1,}'],
  ])('with %s is malformed', async (_, body) => {
    expectProblem(await put(body), 400, 'malformed_json');
  });

  it.each([
    ['__proto__', '{"__proto__":{"x":1}}'],
    ['an escaped __proto__', '{"\\u005f_proto__":1}'],
    ['__proto__ deep inside', '{"a":[{"b":{"__proto__":null}}]}'],
    ['constructor.prototype', '{"constructor":{"prototype":{"x":1}}}'],
  ])('must not hold the key %s', async (_, body) => {
    expectProblem(await put(body), 400, 'forbidden_key');
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it('of 9,000 nested objects is too deep, of 100,000 nested arrays too large', async () => {
    expectProblem(await put(nested(9000, '{"a":', '}')), 400, 'body_too_deep');
    expectProblem(await put(nested(100_000, '[', ']')), 413, 'body_too_large');
  });

  it('may hold 100 kB and no more, however it is sent', async () => {
    const fits = JSON.stringify('a'.repeat(100 * 1024 - 2));
    expect((await put(fits)).status).toBe(200);
    expectProblem(await put(`${fits} `), 413, 'body_too_large');
    expectProblem(await put(gzipSync(Buffer.alloc(20_000_000)), { 'content-encoding': 'gzip' }), 413, 'body_too_large');
    const chunk = `10000\r\n${'a'.repeat(0x10000)}\r\n`;
    const head = `PUT ${schedule} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer a\r\ncontent-type: application/json\r\n`;
    const chunked = await rawRequest(edge.baseUrl, [`${head}transfer-encoding: chunked\r\n\r\n`, chunk, chunk]);
    expectProblem(chunked, 413, 'body_too_large');
  });

  it('that says gzip and is not is malformed', async () => {
    expectProblem(await put('xx', { 'content-encoding': 'gzip' }), 400, 'malformed_body');
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=utf-16',
    'application/jsonp',
    '',
  ])('of the type "%s" is not taken', async (type) => {
    expectProblem(await put('{}', { 'content-type': type }), 415, 'unsupported_media_type');
  });

  it('must have a type, and a packing that is known', async () => {
    expectProblem(await send({ method: 'PUT', path: schedule, body: '{}' }), 415, 'unsupported_media_type');
    expectProblem(await put('{}', { 'content-encoding': 'br' }), 415, 'unsupported_media_type');
  });

  it('must be valid UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    expectProblem(await put(bytes), 400, 'malformed_encoding');
  });

  it('that comes a byte at a time is not waited for', async () => {
    const head = `PUT ${schedule} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer a\r\ncontent-type: application/json\r\n`;
    const drip = Array.from({ length: 30 }, () => '[');
    const started = performance.now();
    const answer = await rawRequest(edge.baseUrl, [`${head}content-length: 99\r\n\r\n`, ...drip], 50);
    expectProblem(answer, 408, 'request_timeout');
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('is not read from a caller without a key', async () => {
    expectProblem(await put('{', { authorization: 'Bearer nobody' }), 401, 'unauthenticated');
  });

  it('may be left out where the contract asks for none', async () => {
    const answer = await send({ method: 'POST', path: '/v1/connections/con_1/unlink' });
    expect([answer.status, answer.body]).toEqual([200, { unlinked: true }]);
  });
});

describe('a field', () => {
  it('is checked by its class, every problem at once, without any conversion', async () => {
    const answer = await post({ name: 7, rank: '3', color: 'red' });
    expectProblem(answer, 422, 'validation_failed');
    expect(answer.body.errors).toMatchObject([
      { pointer: '/color', code: 'unknown_field' },
      { pointer: '/name', code: 'invalid_type' },
      { pointer: '/rank', code: 'invalid_type' },
    ]);
  });

  it.each<[string, unknown, string, string]>([
    ['missing', {}, '/name', 'required'],
    ['null where that means nothing', { name: 'a', rank: null }, '/rank', 'invalid_type'],
    ['empty', { name: '' }, '/name', 'too_short'],
    ['too long', { name: 'a'.repeat(21) }, '/name', 'too_long'],
    ['out of range', { name: 'a', rank: 10 }, '/rank', 'out_of_range'],
    ['a fraction', { name: 'a', rank: 1.5 }, '/rank', 'invalid_type'],
    ['a text with NUL', { name: 'a\0b' }, '/name', 'invalid_characters'],
    ['a lone surrogate', { name: 'a\ud800' }, '/name', 'invalid_characters'],
    ['a text that reorders itself', { name: 'a\u202eb' }, '/name', 'invalid_characters'],
    ['NUL in a free-form part', { name: 'a', tags: { x: 'a\0' } }, '/tags/x', 'invalid_characters'],
    ['NUL in a free-form key', { name: 'a', tags: { 'x\0': 'a' } }, '/tags/x\0', 'invalid_characters'],
    ['the name of another class', { name: 'a', constructor: 'Date' }, '/constructor', 'unknown_field'],
    [
      'the name of another class, deeper',
      { name: 'a', tags: { constructor: 1 } },
      '/tags/constructor',
      'unknown_field',
    ],
  ])('that is %s is refused', async (_, body, pointer, code) => {
    const answer = await post(body);
    expectProblem(answer, 422, 'validation_failed');
    expect(answer.body.errors).toMatchObject([{ pointer, code }]);
  });

  it.each(['[]', 'null', '"x"', '3'])('cannot be in the body %s', async (body) => {
    const answer = await send({ method: 'POST', body, headers: { 'content-type': 'application/json' } });
    expect(answer.body.errors).toMatchObject([{ pointer: '', code: 'invalid_type' }]);
  });

  it('may be null or left out where it says so', async () => {
    expect((await post({ name: 'a', tags: null })).body).toMatchObject({ kind: 'CompanyBody' });
  });
});

describe('a path', () => {
  it('that is not in the contract is not found', async () => {
    for (const path of ['/v1/nothing', '/v1', '/V1/companies', '/v1/companies/', '/admin/v2', '/nothing', '/']) {
      expectProblem(await send({ path }), 404, 'not_found');
    }
  });

  it('answers an unknown, a malformed and a strange id alike', async () => {
    const ids = ['con_1', '%00', 'null', '..%2f..%2fetc', ';DROP%20TABLE%20period', 'a'.repeat(4096)];
    const answers = await Promise.all(ids.map((id) => send({ path: `/v1/connections/${id}` })));
    for (const answer of answers) expectProblem(answer, 404, 'not_found');
    expect(new Set(answers.map(({ body }) => body.detail)).size).toBe(1);
  });

  it('with a broken escape is malformed', async () => {
    expectProblem(await send({ path: '/v1/connections/%zz' }), 400, 'malformed_path');
    expectProblem(await send({ path: '/v1/connections/%ff' }), 400, 'malformed_path');
  });

  it('has the methods of the contract only, and tells them', async () => {
    const answer = await send({ method: 'DELETE', path: '/v1/connections' });
    expectProblem(answer, 405, 'method_not_allowed');
    expect(answer.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    expectProblem(await send({ method: 'TRACE' }), 405, 'method_not_allowed');
    const options = await send({ method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, POST, HEAD, OPTIONS']);
  });

  it('answers HEAD like GET, without the body', async () => {
    const answer = await send({ method: 'HEAD' });
    expect([answer.status, answer.text]).toEqual([200, '']);
  });

  it('takes the method as it was sent, whatever a header says', async () => {
    const answer = await send({ path: schedule, headers: { 'x-http-method-override': 'DELETE' } });
    expect([answer.status, answer.body]).toEqual([200, { kept: true }]);
  });
});

describe('a query', () => {
  it.each([
    'limit=0',
    'limit=-1',
    'limit=201',
    'limit=1e1',
    'limit=0x10',
    'limit=',
    'limit=1000000000',
    'limit=1&limit=2',
    'limit[]=1',
    'name[$ne]=x',
    'tenantId=x',
    'cursor=%ff',
  ])('%s is refused', async (query) => {
    const answer = await send({ path: `/v1/companies?${query}` });
    expectProblem(answer, 400, 'invalid_parameter');
    expect(answer.body.parameter).toEqual(expect.any(String));
  });

  it('is refused where it says a thing twice, even the same', async () => {
    const answer = await send({ path: '/v1/companies?limit=1&limit=1' });
    expectProblem(answer, 400, 'invalid_parameter');
    expect(answer.body.detail).toContain('more than once');
  });

  it('is read only for a caller with a key', async () => {
    const headers = { authorization: 'Bearer nobody' };
    expectProblem(await send({ path: '/v1/companies?api_key=a', headers }), 401, 'unauthenticated');
  });

  it('pages with a cursor that belongs to one client', async () => {
    const first = await send({ path: '/v1/companies?limit=10' });
    expect(first.body).toMatchObject({ data: [1], limit: 10 });
    const cursor = String(first.body.nextCursor);
    expect((await send({ path: `/v1/companies?cursor=${cursor}` })).body).toMatchObject({ data: [2], limit: 50 });
    const foreign = await send({ path: `/v1/companies?cursor=${cursor}`, headers: { authorization: 'Bearer b' } });
    expectProblem(foreign, 400, 'invalid_cursor');
    for (const made of ['AAAA', '', `${cursor}A`, cursor.slice(0, -2), `A${cursor.slice(1)}`]) {
      expectProblem(await send({ path: `/v1/companies?cursor=${made}` }), 400, 'invalid_cursor');
    }
  });
});

describe('the headers of a request', () => {
  it('may hold 16 kB together with the path', async () => {
    expectProblem(await send({ headers: { 'x-big': 'a'.repeat(20_000) } }), 431, 'headers_too_large');
    expectProblem(await send({ path: `/v1/companies?a=${'a'.repeat(20_000)}` }), 431, 'headers_too_large');
  });

  it('must not name two keys', async () => {
    const head = 'GET /v1/companies HTTP/1.1\r\nhost: x\r\nauthorization: Bearer a\r\nauthorization: Bearer b\r\n\r\n';
    expectProblem(await rawRequest(edge.baseUrl, head), 400, 'malformed_request');
  });

  it('must name the host', async () => {
    const head = 'GET /v1/companies HTTP/1.1\r\nauthorization: Bearer a\r\n\r\n';
    expectProblem(await rawRequest(edge.baseUrl, head), 400, 'malformed_request');
  });

  it('may expect what nobody knows', async () => {
    expect((await send({ headers: { expect: 'miracles' } })).status).toBe(200);
  });

  it('that come a byte at a time are not waited for', async () => {
    const drip = Array.from({ length: 60 }, () => 'a');
    const answer = await rawRequest(edge.baseUrl, ['GET /v1/companies HTTP/1.1\r\nhost: ', ...drip], 50);
    expectProblem(answer, 408, 'request_timeout');
  });

  it('must not give two lengths of the body', async () => {
    const head =
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /admin';
    expectProblem(await rawRequest(edge.baseUrl, head), 400, 'malformed_request');
  });

  it.each(['not http\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', 'GET /v1/companies HTTP/1.1\r\nhost: x\r\na\rb: c\r\n\r\n'])(
    'must be HTTP: %j',
    async (bytes) => expectProblem(await rawRequest(edge.baseUrl, bytes), 400, 'malformed_request'),
  );

  it('give the request its id where theirs is sane', async () => {
    expect((await send({ headers: { 'x-request-id': 'mine-1' } })).headers.get('x-request-id')).toBe('mine-1');
    for (const strange of ['a b', 'a'.repeat(129), '<script>', '']) {
      const { headers } = await send({ headers: { 'x-request-id': strange } });
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{16}$/);
    }
  });

  it('name the version an edit starts from', async () => {
    expect((await put('{}', { 'if-match': '"7"' })).status).toBe(200);
    expect((await put('{}', { 'if-match': '*' })).status).toBe(200);
    for (const stale of ['"6"', 'W/"7"', '"abc"', '""']) {
      expectProblem(await put('{}', { 'if-match': stale }), 412, 'precondition_failed');
    }
    for (const malformed of ['7', '"7', '"6", "7"', '']) {
      expectProblem(await put('{}', { 'if-match': malformed }), 400, 'malformed_request');
    }
  });
});

describe('an answer', () => {
  it('carries headers that keep browsers out, and no hint of the software', async () => {
    const { headers } = await send({});
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.has('x-powered-by') || headers.has('server') || headers.has('etag')).toBe(false);
  });

  it('to a fault of ours says nothing but the request id', async () => {
    expectProblem(await post({ name: 'fault' }), 500, 'internal_error');
  });

  it('during an outage of the database says when to try again', async () => {
    const answer = await post({ name: 'outage' });
    expectProblem(answer, 503, 'unavailable');
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  it('to a caller without a key says how to show one', async () => {
    expect((await send({ headers: { authorization: 'x' } })).headers.get('www-authenticate')).toBe('Bearer');
  });
});

describe('the service pages', () => {
  it('tell health, readiness and metrics without a key', async () => {
    const headers = { authorization: '' };
    expect((await send({ path: '/healthz', headers })).body).toEqual({ status: 'ok', version: '0.1.0' });
    expect((await send({ path: '/readyz', headers })).body).toEqual({
      status: 'ready',
      checks: { database: { ok: true }, migrations: { ok: true }, ticks: { ok: true } },
    });
    expect((await send({ path: '/metrics', headers })).text).toContain('process_cpu_seconds_total');
  });

  it('show the contract as JSON and as a page', async () => {
    expect(await (await fetch(`${edge.baseUrl}/openapi.json`)).json()).toMatchObject({ openapi: '3.1.0' });
    const page = await fetch(`${edge.baseUrl}/docs/`);
    expect(await page.text()).toContain('swagger-ui-bundle.js');
    expect((await fetch(`${edge.baseUrl}/docs/swagger-ui-bundle.js`)).headers.get('content-type')).toContain(
      'javascript',
    );
    expect((await fetch(`${edge.baseUrl}/docs/swagger-ui-init.js`)).status).toBe(200);
  });
});
