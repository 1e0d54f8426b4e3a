import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../src/platform/outbound/address-rules.js';
import { Outbound, OutboundError, type OutboundRequest } from '../../src/platform/outbound/outbound.js';
import { checkUrl } from '../../src/platform/outbound/url-rules.js';
import { selfSigned } from '../support/self-signed.js';

interface SsrfCase {
  readonly id: string;
  readonly category: string;
  readonly label: string;
  readonly input: { readonly body: { readonly url: string } };
  readonly expect: { readonly status: number; readonly field_code?: string };
}
const catalogue = JSON.parse(readFileSync(join(import.meta.dirname, 'data', 'bad-inputs.json'), 'utf8')) as {
  readonly cases: readonly SsrfCase[];
};
const ssrf = catalogue.cases.filter(({ category }) => category === 'ssrf');
const nothing: ReadonlySet<string> = new Set();

describe('a URL to be registered', () => {
  it('is held to the whole catalogue', () => expect(ssrf).toHaveLength(46));

  it.each(ssrf)('$id $label', ({ input, expect: { status, field_code: code } }) => {
    const check = checkUrl(input.body.url, nothing);
    expect(check).toMatchObject(status === 201 ? { ok: true } : { ok: false, code });
  });

  it.each([
    ['https://2130706433/', 'url_not_allowed'],
    ['https://017700000001/', 'url_not_allowed'],
    ['https://①②⑦.⓪.⓪.①/', 'url_not_allowed'],
    ['https://127。0。0。1/', 'url_not_allowed'],
    ['https://0/', 'url_not_allowed'],
    ['https://[::ffff:127.0.0.1]/', 'url_not_allowed'],
    ['https://[64:ff9b:1::a9fe:a9fe]/', 'url_not_allowed'],
    ['https://[2002:7f00:1::]/', 'url_not_allowed'],
    ['https://169.254.169.254/latest/meta-data/', 'url_not_allowed'],
    ['https://foo.localhost/', 'url_not_allowed'],
    ['https://intranet/', 'url_not_allowed'],
    ['https:127.0.0.1', 'url_not_allowed'],
    ['https://example.com@127.0.0.1/', 'url_not_allowed'],
    ['https://example.com:0/', 'url_not_allowed'],
    ['example.com/hook', 'invalid_url'],
    ['https://exam\tple.com/', 'invalid_url'],
    ['https://1.2.3.4.5/', 'invalid_url'],
    ['https://example..com/', 'invalid_url'],
    [`https://${'a.'.repeat(130)}com/`, 'invalid_url'],
    [`https://${'a'.repeat(64)}.com/`, 'invalid_url'],
    [`https://example.com/${'a'.repeat(2048)}`, 'invalid_url'],
  ])('%s is refused as %s', (url, code) => {
    expect(checkUrl(url, nothing)).toMatchObject({ ok: false, code });
  });

  it.each([
    ['https://example.com', 'https://example.com/'],
    ['HTTPS://EXAMPLE.com:443/a?b=c', 'https://example.com/a?b=c'],
    ['https://example.com:8443/', 'https://example.com:8443/'],
    ['https://8.8.8.8/', 'https://8.8.8.8/'],
    ['https://[2606:4700::1111]/', 'https://[2606:4700::1111]/'],
    ['https://еxample.com/', 'https://xn--xample-2of.com/'],
  ])('%s is taken, as %s', (url, spelling) => {
    expect(checkUrl(url, nothing)).toEqual({ ok: true, url: spelling });
  });

  it('may be of an origin that is allowed, and of no other', () => {
    const allow = new Set(['http://127.0.0.1:4000']);
    expect(checkUrl('http://127.0.0.1:4000/shop', allow)).toMatchObject({ ok: true });
    for (const other of [
      'http://127.0.0.1:4001/',
      'https://127.0.0.1:4000/',
      'http://127.0.0.1/',
      'http://u:p@127.0.0.1:4000/',
    ]) {
      expect(checkUrl(other, allow)).toMatchObject({ ok: false, code: 'url_not_allowed' });
    }
  });
});

describe('an address', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '100.64.0.1',
    '169.254.169.254',
    '192.0.0.1',
    '198.51.100.1',
    '240.0.0.1',
    '0.0.0.0',
  ])('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false));
  it.each([
    '::1',
    '::',
    '::ffff:8.8.8.8',
    '::8.8.8.8',
    '64:ff9b::808:808',
    '2001::1',
    '2001:db8::1',
    '2002:808:808::',
    '3fff::1',
    'fe80::1',
    'fe80::1%eth0',
    'fd00::1',
    'ff02::1',
    '4000::1',
    'x',
  ])('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false));
  it.each(['8.8.8.8', '1.1.1.1', '2606:4700::1111', '2a00:1450::1'])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

const servers: Server[] = [];
async function serve(listener: RequestListener, server: Server = createServer()): Promise<string> {
  server.on('request', listener);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `${server instanceof (await import('node:https')).Server ? 'https' : 'http'}://127.0.0.1:${address.port}`;
}
const doors: Outbound[] = [];
function door(...options: ConstructorParameters<typeof Outbound>): Outbound {
  const outbound = new Outbound(...options);
  doors.push(outbound);
  return outbound;
}
afterEach(async () => {
  await Promise.all(doors.splice(0).map((outbound) => outbound.onApplicationShutdown()));
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const ask = (url: string, more: Partial<OutboundRequest> = {}): OutboundRequest => ({
  method: 'GET',
  url,
  timeout: 2_000,
  maxBytes: 1_000,
  ...more,
});
const codeOf = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'answered',
    (error: unknown) => (error instanceof OutboundError ? error.code : String(error)),
  );

describe('a name that leads inside', () => {
  let canary: { readonly url: string; connections: number };
  beforeAll(async () => {
    const server = createTcpServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    canary = {
      url: `https://flip.rebind.test:${address && typeof address === 'object' ? address.port : 0}/`,
      connections: 0,
    };
    server.on('connection', (socket) => {
      canary.connections += 1;
      socket.destroy();
    });
    server.unref();
  });
  afterAll(() => expect(canary.connections).toBe(0));

  const v4 = (address: string) => ({ address, family: 4 });

  it.each([
    ['to loopback', [v4('127.0.0.1')]],
    ['to loopback beside a public address', [v4('8.8.8.8'), v4('127.0.0.1')]],
    ['to loopback in IPv6', [{ address: '::1', family: 6 }]],
    ['to loopback in the clothes of IPv6', [{ address: '::ffff:127.0.0.1', family: 6 }]],
    ['to the metadata of a cloud', [v4('169.254.169.254')]],
  ])('%s is not connected to', async (_, addresses) => {
    const outbound = door({ allow: [], resolve: async () => addresses });
    expect(outbound.checkUrl(canary.url).ok).toBe(true);
    expect(await codeOf(outbound.request(ask(canary.url)))).toBe('blocked_address');
  });

  it('only the second time it is asked is not connected to either', async () => {
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      return [v4(asked === 1 ? '192.0.2.1' : '127.0.0.1')];
    };
    const outbound = door({ allow: [], resolve });
    expect(await codeOf(outbound.request(ask(canary.url)))).toBe('blocked_address');
    expect(await codeOf(outbound.request(ask(canary.url)))).toBe('blocked_address');
  });

  it('nor is an address written as a number', async () => {
    const { port } = new URL(canary.url);
    for (const host of ['127.0.0.1', '2130706433', '[::ffff:127.0.0.1]', 'localhost']) {
      expect(await codeOf(door({ allow: [] }).request(ask(`https://${host}:${port}/`)))).toBe('url_not_allowed');
    }
  });
});

describe('a request', () => {
  it('is sent byte for byte, and answered with status, headers and body', async () => {
    const origin = await serve((request, response) => {
      response.writeHead(207, {
        'X-Method': request.method,
        'X-Id': request.headers['webhook-id'],
        'set-cookie': ['a=1', 'b=2'],
      });
      request.pipe(response);
    });
    const body = Buffer.from([0, 255, 10]);
    const request = ask(`${origin}/x`, { method: 'POST', headers: { 'Webhook-Id': 'msg_1' }, body });
    const answer = await door({ allow: [origin] }).request(request);
    expect([answer.status, answer.body, answer.truncated]).toEqual([207, body, false]);
    expect(answer.headers).toMatchObject({ 'x-method': 'POST', 'x-id': 'msg_1', 'set-cookie': 'a=1, b=2' });
  });

  it('uses a connection again', async () => {
    const ports = new Set<number | undefined>();
    const origin = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('ok');
    });
    const outbound = door({ allow: [origin] });
    for (let i = 0; i < 20; i += 1) await outbound.request(ask(origin));
    expect(ports.size).toBeLessThan(5);
  });

  it('does not follow a redirect unless it is asked to', async () => {
    const origin = await serve((_, response) => response.writeHead(302, { location: '/there' }).end());
    expect((await door({ allow: [origin] }).request(ask(origin))).status).toBe(302);
  });

  it('follows redirects it may follow, and leaves credentials behind at another origin', async () => {
    const seen: (string | undefined)[] = [];
    const last = await serve((request, response) => {
      seen.push(request.headers.authorization, request.headers['x-api-key'] as string | undefined);
      response.end('there');
    });
    const first = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(302, { location: request.url === '/' ? '/again' : `${last}/` }).end();
    });
    const headers = { authorization: 'Bearer s', 'X-Api-Key': 's' };
    const answer = await door({ allow: [first, last] }).request(ask(`${first}/`, { headers, followRedirects: true }));
    expect([answer.body.toString(), answer.url]).toEqual(['there', `${last}/`]);
    expect(seen).toEqual(['Bearer s', 'Bearer s', undefined, undefined]);
  });

  it.each(['http://169.254.169.254/', 'https://localhost/', 'file:///etc/passwd', 'http://['])(
    'does not follow a redirect to %s',
    async (location) => {
      const origin = await serve((_, response) => response.writeHead(302, { location }).end());
      expect(await codeOf(door({ allow: [origin] }).request(ask(origin, { followRedirects: true })))).toBe(
        'blocked_redirect',
      );
    },
  );

  it('does not follow redirects for ever', async () => {
    const origin = await serve((_, response) => response.writeHead(307, { location: '/' }).end());
    expect(await codeOf(door({ allow: [origin] }).request(ask(origin, { followRedirects: true })))).toBe(
      'too_many_redirects',
    );
  });
});

describe('an answer', () => {
  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('packed with %s is unpacked', async (encoding, pack) => {
    const origin = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(pack('hello')),
    );
    expect((await door({ allow: [origin] }).request(ask(origin))).body.toString()).toBe('hello');
  });

  it('larger than asked for is an error, or cut where that was asked for', async () => {
    const origin = await serve((_, response) => response.end('a'.repeat(1_001)));
    const outbound = door({ allow: [origin] });
    expect(await codeOf(outbound.request(ask(origin)))).toBe('too_large');
    const cut = await outbound.request(ask(origin, { onOverflow: 'truncate', maxBytes: 10 }));
    expect([cut.body.toString(), cut.truncated]).toEqual(['aaaaaaaaaa', true]);
    expect((await outbound.request(ask(origin, { maxBytes: 1_001 }))).truncated).toBe(false);
  });

  it('without an end is left as soon as it is too large', async () => {
    let sent = 0;
    const origin = await serve((_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536;
      };
      response.on('drain', more);
      more();
    });
    expect(await codeOf(door({ allow: [origin] }).request(ask(origin)))).toBe('too_large');
    expect(sent).toBeLessThan(50_000_000);
  });

  it('that unpacks to a thousand times its size is left', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    const origin = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    expect(await codeOf(door({ allow: [origin] }).request(ask(origin, { maxBytes: 100_000 })))).toBe('too_large');
  });

  it.each([
    ['badly packed', { 'content-encoding': 'gzip' }],
    ['packed in a way not asked for', { 'content-encoding': 'zstd' }],
  ])('%s is an error', async (_, headers) => {
    const origin = await serve((_request, response) => response.writeHead(200, headers).end('hello'));
    expect(await codeOf(door({ allow: [origin] }).request(ask(origin)))).toBe('protocol');
  });

  it('that comes too late, or too slowly, is not waited for', async () => {
    const silent = await serve(() => undefined);
    const slow = await serve((_, response) => {
      const drip = setInterval(() => response.write('a'), 20);
      response.on('close', () => clearInterval(drip));
    });
    const outbound = door({ allow: [silent, slow] });
    const started = performance.now();
    for (const origin of [silent, slow]) {
      expect(await codeOf(outbound.request(ask(origin, { timeout: 200 })))).toBe('timeout');
    }
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('is not waited for when the caller gives up', async () => {
    const origin = await serve(() => undefined);
    const outbound = door({ allow: [origin] });
    const controller = new AbortController();
    const answer = codeOf(outbound.request(ask(origin, { signal: controller.signal })));
    controller.abort();
    expect(await answer).toBe('aborted');
    expect(await codeOf(outbound.request(ask(origin, { signal: AbortSignal.abort() })))).toBe('aborted');
  });

  it('that never comes says why', async () => {
    const closed = 'http://127.0.0.1:1';
    const broken = await serve((request) => request.socket.destroy());
    const noHttp = await serve((request) => request.socket.end('hello\r\n\r\n'));
    const untrusted = await serve((_, response) => response.end(), createTlsServer(selfSigned()));
    const outbound = door({ allow: [closed, broken, noHttp, untrusted] });
    const codes = [closed, broken, noHttp, untrusted].map((origin) => codeOf(outbound.request(ask(origin))));
    expect(await Promise.all(codes)).toEqual(['network', 'network', 'protocol', 'tls']);
    const unknown = door({
      allow: [],
      resolve: () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' })),
    });
    expect(await codeOf(unknown.request(ask('https://example.com/')))).toBe('dns');
  });
});
