import { once } from 'node:events';
import { request as ask, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import express from 'express';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectedCompany } from '../../src/demo/connected-company.js';
import { DemoApi } from '../../src/demo/demo-api.js';
import { SaasBackend } from '../../src/demo/saas/saas-backend.js';
import { saasRoutes } from '../../src/demo/saas/saas-routes.js';
import { StartOver } from '../../src/demo/saas/start-over.js';
import { instant } from '../../src/domain/time/instant.js';
import { Outbound } from '../../src/platform/outbound/outbound.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const NOW = '2026-11-22T12:00:00.000Z';
const PUBLIC = 'https://sync.example.com';
const parts = { version: '0.1.0', files: { 'sync-flow.js': 'sha384-x' } };
const shop = { url: 'https://shop.example', token: 'x' };

let world: World;
let client: TestClient;
let outbound: Outbound;
let backend: SaasBackend;
let now = NOW;
let server: Server;
beforeAll(async () => {
  world = await startWorld();
  client = await world.newClient();
  outbound = new Outbound({ allow: [new URL(world.baseUrl).origin] });
});
afterAll(async () => {
  await outbound.onApplicationShutdown();
  await world.close();
});
beforeEach(async () => {
  now = NOW;
  const api = new DemoApi(outbound, world.baseUrl);
  const key = client.apiKey;
  const merchant = await connectedCompany({ api, key, shop, name: 'Quayside Coffee' });
  const options = { api, key, shop, merchant, messages: () => [], now: () => now, onMerchant: () => undefined };
  backend = new SaasBackend(options);
});
afterEach(async () => {
  server.close();
  await once(server, 'close');
});

async function serve(publicUrl?: string): Promise<void> {
  const site = express().use(
    '/demo',
    saasRoutes(() => ({ backend, parts }), publicUrl),
  );
  server = site.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

/** `fetch` lets nobody choose the name that it asks for. */
async function send(method: string, path: string, headers: Record<string, string>) {
  const { port } = server.address() as AddressInfo;
  const request = ask({ host: '127.0.0.1', port, method, path: `/demo${path}`, headers, agent: false }).end();
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
}
const post = (path: string, host: string, origin: string) => send('POST', path, { host, origin });

describe('the demo’s page', () => {
  it.each(['localhost', 'localhost:3000', '127.0.0.1:3000', '[::1]:3000'])(
    'answers to this machine’s own name: %s',
    async (host) => {
      await serve();
      const page = await send('GET', '/', { host });
      expect([page.status, page.body.includes('canonical')]).toEqual([200, false]);
      expect((await post('/session', host, `http://${host}`)).status).toBe(200);
    },
  );

  it.each([
    'evil.example',
    'evil.example:3000',
    'localhost.evil.example',
    '192.168.1.5:3000',
    '127.0.0.1.evil.example',
    'localhost@evil.example',
  ])('answers to no name that somebody else has lead here: %s', async (host) => {
    await serve();
    const page = await send('GET', '/', { host });
    expect([page.status, page.headers['content-type']]).toEqual([403, 'text/plain; charset=utf-8']);
    expect(page.body).toContain('PUBLIC_URL');
    for (const path of ['/session', '/start-over', '/first-sync', '/nothing'])
      expect((await post(path, host, `http://${host}`)).status).toBe(403);
    expect((await send('GET', '/events', { host })).status).toBe(403);
  });

  it('is at the public address where there is one, and sends whoever comes by another name there', async () => {
    await serve(PUBLIC);
    const host = new URL(PUBLIC).host;
    for (const name of [host, 'localhost:3000'])
      expect((await send('GET', '/', { host: name })).body).toContain(`<link rel="canonical" href="${PUBLIC}/demo">`);
    expect((await send('GET', '/', { host: 'evil.example' })).status).toBe(403);
    // A proxy in front may keep the name, or ask by ours.
    for (const name of [host, 'localhost:3000']) expect((await post('/session', name, PUBLIC)).status).toBe(200);
    expect((await post('/session', 'localhost:3000', 'http://localhost:3000')).status).toBe(403);
  });
});

describe('starting over', () => {
  const startOver = () => post('/start-over', 'localhost', 'http://localhost');
  const companies = async () => (await client.api('GET', '/v1/companies?limit=200')).body.data.length as number;

  it('is done once for all who ask at the same time, and fails for all of them', async () => {
    const works: PromiseWithResolvers<void>[] = [];
    const starts = new StartOver(() => {
      const work = Promise.withResolvers<void>();
      works.push(work);
      return work.promise;
    });
    const asked = Array.from({ length: 20 }, () => starts.ask(instant(NOW)));
    works[0]?.resolve();
    expect(new Set(await Promise.all(asked))).toEqual(new Set([true]));
    const failing = Promise.allSettled([starts.ask(instant(NOW)), starts.ask(instant(NOW))]);
    works[1]?.reject(new Error('no database'));
    expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const again = starts.ask(instant(NOW));
    works[2]?.resolve();
    expect([await again, works.length]).toEqual([true, 3]);
  });

  it('is refused after ten times within a minute, and not for longer', async () => {
    await serve();
    for (let time = 0; time < 10; time += 1) expect((await startOver()).status).toBe(200);
    const before = await companies();
    const refused = await startOver();
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '60']);
    expect(await companies()).toBe(before);
    now = '2026-11-22T12:01:00.000Z';
    expect((await startOver()).status).toBe(200);
  });
});
