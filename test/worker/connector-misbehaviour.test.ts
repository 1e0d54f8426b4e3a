import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../src/domain/time/instant.js';
import type { RestModel } from '../../src/connectors/rest/rest-settings.js';
import { retryAfter } from '../../src/connectors/http/retry-after.js';
import { startHttpSource, type Handler, type HttpSource } from '../support/list-source.js';
import { expiredCertificate } from '../support/expired-certificate.js';
import { failureOf, ids, NOW, pages, pullAll, restConnector, settingsOf } from '../support/pulling.js';

let sources: HttpSource[] = [];
afterEach(async () => {
  await Promise.all(sources.map((source) => source.close()));
  sources = [];
});

const byCursor: RestModel = {
  path: 'items',
  recordsPath: 'items',
  pagination: { type: 'cursor', cursorParam: 'cursor', cursorPath: 'next' },
};

const json = (response: ServerResponse, body: unknown, status = 200, headers: Record<string, string> = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

async function sourceThat(handler: Handler, model: RestModel = byCursor, limits = {}) {
  const source = await startHttpSource(handler);
  sources.push(source);
  const connector = restConnector([source.url], limits);
  return { connector, settings: settingsOf(source.url, model), mode: 'full' as const };
}

it('is not led to another address by a redirect', async () => {
  const source = await sourceThat((_, response) =>
    response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end(),
  );
  expect(await failureOf(pullAll(source))).toMatchObject({ code: 'blocked_redirect', class: 'configuration' });
});

it('takes HTML for no answer, and leaves it to a later attempt', async () => {
  const source = await sourceThat((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Down for maintenance</html>'),
  );
  expect(await failureOf(pullAll(source))).toMatchObject({ code: 'provider_bad_response', class: 'transient' });
});

it('stops reading a body that does not end at the cap', async () => {
  const chunk = Buffer.alloc(1024 * 1024, ' ');
  let sent = 0;
  const source = await sourceThat((_, response) => {
    const more = () => {
      while (!response.destroyed && sent < 10_000) {
        sent += 1;
        if (!response.write(chunk)) return void response.once('drain', more);
      }
    };
    more();
  });
  const before = process.memoryUsage().rss;
  expect(await failureOf(pullAll(source))).toMatchObject({ code: 'provider_response_too_large', class: 'permanent' });
  expect(sent).toBeLessThan(100);
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
});

it('is not blown up by a gzip bomb', async () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  const source = await sourceThat((_, response) =>
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb),
  );
  expect(await failureOf(pullAll(source))).toMatchObject({ code: 'provider_response_too_large' });
});

it('gives up on a source that drips', async () => {
  const source = await sourceThat(
    (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('[');
    },
    byCursor,
    { timeout: 100, retry: { retries: 0 } },
  );
  expect(await failureOf(pullAll(source))).toMatchObject({ code: 'provider_timeout', class: 'transient' });
});

it('gives up on a source that trickles without end', async () => {
  const source = await sourceThat(
    (_, response) => {
      const trickle = setInterval(() => response.write(' '), 10);
      response.once('close', () => clearInterval(trickle));
    },
    byCursor,
    { timeout: 200, retry: { retries: 0 } },
  );
  expect(await failureOf(pullAll(source))).toMatchObject({ code: 'provider_timeout', class: 'transient' });
});

it.each([
  ['the same records', 1],
  ['the same few pages in turn', 3],
])('notices new cursors without end that lead to %s', async (_, pagesInAll) => {
  const source = await sourceThat((_request, response, count) =>
    json(response, { items: [{ id: count % pagesInAll }], next: `cursor-${count}` }),
  );
  expect(await failureOf(pullAll(source))).toMatchObject({ code: 'provider_pagination_loop' });
});

it('notices the same next cursor for ever', async () => {
  let asked = 0;
  const source = await sourceThat((_, response) => {
    asked += 1;
    json(response, { items: [{ id: randomBytes(4).toString('hex') }], next: 'again' });
  });
  expect(await failureOf(pullAll(source))).toMatchObject({ code: 'provider_pagination_loop', class: 'permanent' });
  expect(asked).toBe(2);
});

it('notices cursors that lead round in a circle', async () => {
  const next: Record<string, string> = { '': 'a', a: 'b', b: 'c', c: 'a' };
  const source = await sourceThat((request, response, count) => {
    const cursor = new URL(request.url ?? '', 'http://x').searchParams.get('cursor') ?? '';
    json(response, { items: [{ id: count }], next: next[cursor] });
  });
  expect(await failureOf(pullAll(source))).toMatchObject({ code: 'provider_pagination_loop' });
});

it('notices a source that takes no notice of the page number', async () => {
  let asked = 0;
  const handler: Handler = (_, response, count) => {
    asked = count;
    json(response, [{ id: 1 }, { id: 2 }]);
  };
  const source = await sourceThat(handler, { path: 'items', pagination: { type: 'page' } });
  expect(await failureOf(pullAll(source))).toMatchObject({ code: 'provider_pagination_loop' });
  expect(asked).toBe(2);
});

it('notices it while reading changes too', async () => {
  const items = [1, 2, 3].map((id) => ({ id, updatedAt: `2026-01-01T00:00:0${id}Z` }));
  const source = await sourceThat((_, response) => json(response, { items, next: 'again' }), {
    ...byCursor,
    updatedAtField: 'updatedAt',
    filter: { from: 'since' },
    sort: { sort: 'updatedAt' },
  });
  const window = { start: Date.UTC(2026, 0, 1) as never, finish: Date.UTC(2026, 0, 2) as never };
  const failure = await failureOf(pullAll({ ...source, mode: 'incremental', window }));
  expect(failure).toMatchObject({ code: 'provider_pagination_loop' });
});

it.each([
  ['99999999999', HOUR],
  ['-5', MINUTE],
  ['soon', MINUTE],
  ['120', 2 * MINUTE],
  ['Sun, 01 Mar 2026 12:03:00 GMT', 3 * MINUTE],
  ['Sun, 01 Mar 2026 11:00:00 GMT', MINUTE],
])('waits as Retry-After: %s says, at most an hour', async (header, wait) => {
  const source = await sourceThat((_, response) => json(response, {}, 429, { 'retry-after': header }));
  expect(await failureOf(pullAll(source))).toMatchObject({
    code: 'provider_rate_limited',
    class: 'rateLimit',
    retryAt: NOW + wait,
  });
});

it.each([
  ['0', 0],
  [' 7 ', 7 * SECOND],
  ['1.5', 1.5 * SECOND],
  ['3600', HOUR],
  ['3601', HOUR],
  ['Sun, 01 Mar 2026 12:00:00 GMT', 0],
  ['Sun, 01 Mar 9999 12:00:00 GMT', HOUR],
  ['', MINUTE],
  ['1e9', MINUTE],
  ['0x10', MINUTE],
  ['Infinity', MINUTE],
  ['2026-03-01T12:03:00Z', MINUTE],
  ['Sunday, 01-Mar-26 12:03:00 GMT', MINUTE],
])('reads Retry-After: “%s” as a wait of %i ms', (header, wait) => {
  expect(retryAfter(header, NOW)).toBe(wait);
});

it('waits a minute where a source limits the rate without a word', () => {
  expect(retryAfter(undefined, NOW)).toBe(MINUTE);
});

it('tries again at once after a passing failure, twice', async () => {
  const source = await sourceThat((_, response, count) =>
    count <= 2 ? json(response, {}, 500) : json(response, { items: [{ id: 'a' }] }),
  );
  expect(ids(await pullAll(source))).toEqual(['a']);
  let asked = 0;
  const broken = await sourceThat((_, response) => {
    asked += 1;
    json(response, {}, 502);
  });
  expect(await failureOf(pullAll(broken))).toMatchObject({ code: 'provider_unavailable', class: 'transient' });
  expect(asked).toBe(3);
});

it('tries again when a connection breaks', async () => {
  const source = await sourceThat((request, response, count) =>
    count === 1 ? request.socket.destroy() : json(response, { items: [{ id: 'a' }] }),
  );
  expect(ids(await pullAll(source))).toEqual(['a']);
});

it('keeps the pages before a 401 in the middle of paging, and asks for no more', async () => {
  let asked = 0;
  const source = await sourceThat((_, response, count) => {
    asked += 1;
    if (count > 2) json(response, {}, 401);
    else json(response, { items: [{ id: count }], next: `c${count}` });
  });
  const kept: string[] = [];
  const reading = (async () => {
    for await (const page of pages(source)) kept.push(...ids(page.records));
  })();
  expect(await failureOf(reading)).toMatchObject({ code: 'credential_invalid', class: 'auth' });
  expect(kept).toEqual(['1', '2']);
  expect(asked).toBe(3);
});

it.each([
  [403, 'credential_invalid', 'auth'],
  [404, 'configuration_invalid', 'configuration'],
  [400, 'provider_rejected', 'permanent'],
  [422, 'provider_rejected', 'permanent'],
])('classifies %i as %s', async (status, code, failureClass) => {
  const source = await sourceThat((_, response) => json(response, {}, status));
  expect(await failureOf(pullAll(source))).toMatchObject({ code, class: failureClass });
});

it('trusts no expired certificate', async () => {
  const server = createTlsServer(expiredCertificate, (_, response) => json(response, { items: [] }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pull = pullAll({ connector: restConnector([url]), settings: settingsOf(url, byCursor), mode: 'full' });
  expect(await failureOf(pull)).toMatchObject({ code: 'provider_tls_error' });
  server.close();
});

it('connects to no address that is not public', async () => {
  const source = await sourceThat((_, response) => json(response, { items: [] }));
  expect(await failureOf(pullAll({ ...source, connector: restConnector([]) }))).toMatchObject({
    code: 'blocked_address',
  });
});

it('sends no credentials where a link to the next page leads away', async () => {
  let led = 0;
  const elsewhere = await sourceThat((_, response) => {
    led += 1;
    json(response, []);
  });
  const source = await sourceThat(
    (_, response) => json(response, [{ id: 1 }], 200, { link: `<${elsewhere.settings.baseUrl}/items>; rel="next"` }),
    { path: 'items', pagination: { type: 'link' } },
  );
  const connector = restConnector([source.settings.baseUrl, elsewhere.settings.baseUrl]);
  expect(await failureOf(pullAll({ ...source, connector }))).toMatchObject({ code: 'blocked_redirect' });
  expect(led).toBe(0);
});

it.each([
  ['{"data": []}', 'configuration_invalid'],
  ['{"items": {"id": 1}}', 'configuration_invalid'],
  ['{"items": [1]}', 'record_invalid'],
  ['{"items": [{"name": "no id"}]}', 'record_invalid'],
  ['{"items": [{"id": 12345678901234567890}]}', 'record_invalid'],
  ['{"items": [{"id": {"a": 1}}]}', 'record_invalid'],
  [`{"items": [{"id": 1, "deep": ${'['.repeat(5000)}${']'.repeat(5000)}}]}`, 'record_invalid'],
])('refuses what is no list of records: %.60s', async (body, code) => {
  const source = await sourceThat((_, response) => response.end(body));
  expect(await failureOf(pullAll(source))).toMatchObject({ code });
});

it('takes a key __proto__ for data', async () => {
  const source = await sourceThat((_, response) =>
    response.end('{"items": [{"id": 1, "__proto__": {"polluted": true}}]}'),
  );
  const [record] = await pullAll(source);
  expect(JSON.stringify(record?.data)).toBe('{"id":1,"__proto__":{"polluted":true}}');
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

it('stops with the reason of the signal', async () => {
  const abort = new AbortController();
  const source = await sourceThat(() => abort.abort(new Error('Sync aborted')));
  await expect(pullAll({ ...source, signal: abort.signal })).rejects.toThrow('Sync aborted');
});

it('refuses a model that the settings do not have', async () => {
  const source = await sourceThat((_, response) => json(response, []));
  expect(await failureOf((async () => pullAll({ ...source, model: 'constructor' }))())).toMatchObject({
    code: 'model_unsupported',
  });
});
