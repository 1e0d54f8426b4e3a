import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Resolver } from 'node:dns/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Outbound, OutboundError } from '../../src/platform/outbound/outbound.js';
import { badInputs } from '../support/bad-inputs.js';
import { startDnsServer } from '../support/dns-server.js';
import { eventually } from '../support/eventually.js';
import { startReceiver } from '../support/receiver.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

interface SsrfCase {
  readonly id: string;
  readonly label: string;
  readonly url: string;
  readonly status: number;
  readonly code?: string;
}
const cases: readonly SsrfCase[] = badInputs('ssrf').map(({ id, label, input, expect: { status, field_code } }) => ({
  id,
  label,
  url: String(input.body?.['url']),
  status,
  code: field_code,
}));

const codeOf = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'answered',
    (error: unknown) => (error instanceof OutboundError ? error.code : String(error)),
  );

async function listening(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

describe('a URL of the catalogue', () => {
  let world: World;
  let client: TestClient;
  let companyId: string;
  /** Hosts that a connection was begun to, the test's own requests aside. */
  const connected: string[] = [];
  const onConnect = (message: unknown): void => {
    const { connectParams } = message as { connectParams: { hostname: string; port: string } };
    if (connectParams.port !== new URL(world.baseUrl).port) connected.push(connectParams.hostname);
  };
  beforeAll(async () => {
    world = await startWorld();
    client = await world.newClient();
    companyId = (await client.api('POST', '/v1/companies', { name: 'Corner Shop' })).body.id;
    subscribe('undici:client:beforeConnect', onConnect);
  });
  afterAll(async () => {
    unsubscribe('undici:client:beforeConnect', onConnect);
    await world.close();
    expect(connected).toEqual([]);
  });

  const answerOf = ({ status, code }: SsrfCase, pointer: string) =>
    status === 201 ? { status } : { status, body: { errors: [{ pointer, code }] } };

  it.each(cases)('$id is $status where a webhook endpoint is made: $label', async (one) => {
    const answer = await client.api('POST', '/v1/webhook-endpoints', { url: one.url });
    expect(answer).toMatchObject(answerOf(one, '/url'));
  });

  it.each(cases)('$id is $status where a connection is made: $label', async (one) => {
    const settings = { baseUrl: one.url, models: { orders: { path: '/orders', idField: 'id' } } };
    const body = { platform: 'rest', name: 'Shop', settings };
    const answer = await client.api('POST', `/v1/companies/${companyId}/connections`, body);
    expect(answer).toMatchObject(answerOf(one, '/settings/baseUrl'));
  });

  /** A header cannot carry a line break. */
  const redirects = cases.filter(({ status, url }) => status !== 201 && !/[\r\n]/.test(url));

  it.each(redirects)('$id is not followed to: $label', async ({ url }) => {
    const server = createHttpServer((_, response) => response.writeHead(302, { location: encodeURI(url) }).end());
    const origin = `http://127.0.0.1:${await listening(server)}`;
    const outbound = new Outbound({ allow: [origin] });
    const answer = outbound.request({
      method: 'GET',
      url: origin,
      timeout: 2_000,
      maxBytes: 100,
      followRedirects: true,
    });
    const code = await codeOf(answer);
    // What is no URL for us may be a path for whoever redirects: then it leads back to where it came from.
    expect(['blocked_redirect', 'too_many_redirects']).toContain(code);
    await outbound.onApplicationShutdown();
    server.close();
    connected.splice(0).forEach((host) => expect(host).toBe('127.0.0.1'));
  });
});

describe('a name whose address changes with every question', () => {
  it('never leads inside, however often it is asked', async () => {
    let visitors = 0;
    const canary = createServer((socket) => {
      visitors += 1;
      socket.destroy();
    });
    const port = await listening(canary);
    // One in two leads to the canary, the others to an address set aside for tests of protocols.
    const inside = ['127.0.0.1', '10.0.0.1', '169.254.169.254', '192.168.0.1', '0.0.0.0', '100.64.0.1'];
    const dns = await startDnsServer((nth) => (nth % 2 === 0 ? '198.51.100.1' : (inside[nth % 3] ?? '127.0.0.1')));
    const resolver = new Resolver();
    resolver.setServers([dns.address]);
    const resolve = async (hostname: string) =>
      (await resolver.resolve4(hostname)).map((address) => ({ address, family: 4 }));
    const outbound = new Outbound({ allow: [], resolve });
    const url = `https://rebind.example.com:${port}/`;
    for (let n = 0; n < 1_000; n += 1) {
      expect(await codeOf(outbound.request({ method: 'GET', url, timeout: 1_000, maxBytes: 100 }))).toBe(
        'blocked_address',
      );
    }
    expect(dns.asked()).toBeGreaterThanOrEqual(1_000);
    expect(visitors).toBe(0);
    await outbound.onApplicationShutdown();
    await dns.close();
    canary.close();
  });
});

describe('a host that answers slowly', () => {
  it('gets so many connections and no more, and no other host waits for it', async () => {
    const [slow, quick] = [await startReceiver(), await startReceiver()];
    slow.answer(() => ({ status: 200, delay: 60_000 }));
    const outbound = new Outbound({ allow: [slow.origin, quick.origin] });
    const controller = new AbortController();
    const ask = (url: string) =>
      codeOf(outbound.request({ method: 'GET', url, timeout: 30_000, maxBytes: 100, signal: controller.signal }));
    const asked = Array.from({ length: 300 }, () => ask(slow.url));
    await eventually(() => slow.requests.length === 256);
    expect(await ask(quick.url)).toBe('answered');
    expect(slow.requests).toHaveLength(256);
    controller.abort();
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['aborted']));
    await outbound.onApplicationShutdown();
    await Promise.all([slow.close(), quick.close()]);
  });
});
