import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer, request as ask, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { integrityOf } from '../../src/sync-flow/embed-build.js';
import { eventually } from '../support/eventually.js';
import { linkedConnection } from '../support/schedules.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const SCRIPT = 'export const element = 1;';
let world: World;
let client: TestClient;
let origin: string;
let folder: string;
let elsewhere: Awaited<ReturnType<typeof startSilentServer>>;
let through: { readonly origin: string };
const examples: ChildProcess[] = [];

beforeAll(async () => {
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  folder = await mkdtemp(join(tmpdir(), 'meridian-example-'));
  await writeFile(join(folder, 'sync-flow.js'), SCRIPT);
  const files = { 'sync-flow.js': integrityOf(Buffer.from(SCRIPT)) };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ version: '0.1.0', files }));
  world = await startWorld({ embedFolder: folder });
  client = await world.newClient();
  await client.api('PATCH', '/v1/client', { allowedOrigins: [origin] });
  const { companyId } = (await client.api('GET', `/v1/connections/${await linkedConnection(client)}`)).body;
  elsewhere = await startSilentServer();
  through = { origin: `http://127.0.0.1:${await freePort()}` };
  await startExample(origin, { MERIDIAN_URL: world.baseUrl, MERIDIAN_API_KEY: client.apiKey, COMPANY_ID: companyId });
  await startExample(through.origin, { MERIDIAN_URL: elsewhere.origin });
});
afterAll(async () => {
  for (const example of examples) if (example.exitCode === null && example.kill()) await once(example, 'exit');
  elsewhere.server.closeAllConnections();
  elsewhere.server.close();
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

async function startExample(at: string, env: Record<string, string>): Promise<void> {
  const example = spawn(process.execPath, ['examples/embed.mjs'], {
    env: { PATH: process.env['PATH'], PORT: new URL(at).port, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  examples.push(example);
  let said = '';
  for (const stream of [example.stdout, example.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk));
  await eventually(() => said.includes(`Open ${at}/`), { what: 'the example' });
}

/** Hears requests and answers none. */
async function startSilentServer() {
  const requests: IncomingMessage[] = [];
  const server = createHttpServer((request) => requests.push(request)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, requests, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

const openSession = (from: string) =>
  fetch(`${origin}/my-api/sync-session`, { method: 'POST', headers: { origin: from } });

describe('the example of a backend that embeds the set-up page', () => {
  it('serves a page with the element, which it loads through it', async () => {
    const page = await (await fetch(origin)).text();
    const [, script = ''] = /src="([^"]+)"/.exec(page) ?? [];
    expect(page).toContain('<sync-flow></sync-flow>');
    expect(await (await fetch(origin + script)).text()).toBe(SCRIPT);
    expect(page).not.toContain(client.apiKey);
  });

  it('opens a session that its own page sets a sync up with', async () => {
    const { token } = (await (await openSession(origin)).json()) as { token: string };
    const send = async (path: string, method: string, body?: unknown) => {
      // What browsers say of a page's request to its own origin.
      const own = { 'sec-fetch-site': 'same-origin', ...(method === 'GET' ? {} : { origin }) };
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...own };
      const answer = await fetch(`${origin}/flow/v1/${path}`, { method, headers, body: JSON.stringify(body) });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
    expect(await send('session', 'GET')).toMatchObject({ status: 200, body: { configuration: null } });
    const configuration = { startDate: '2026-11-01', timeZone: 'Europe/London' };
    const { fingerprint } = (await send('preview', 'POST', { configuration })).body;
    expect((await send('configuration', 'PUT', { configuration, fingerprint })).status).toBe(200);
    const { data } = (await client.api('GET', '/v1/syncs')).body;
    const { body } = await client.api('GET', `/v1/syncs/${data[0].id}/edits`);
    expect(body.data[0].editedBy.actor).toEqual({ id: 'u_7', name: 'Sam' });
  });

  it.each([
    ['another server, by a whole address', () => `http://${new URL(elsewhere.origin).host}/embed/x`],
    ['another server, by two slashes', () => `//${new URL(elsewhere.origin).host}/embed/x`],
    ['what the key opens', () => '/embed/../v1/companies'],
    ['what the key opens, in escapes', () => '/flow/v1/%2e%2e/%2e%2e/v1/companies'],
    ['nothing that has an address', () => '/embed/0/..'],
  ])('leads to no other place: %s', async (_, target) => {
    // `fetch` would set the target right before it sends it.
    const url = new URL(origin);
    const request = ask({ host: url.hostname, port: url.port, path: target() }).end();
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(404);
    expect(elsewhere.requests).toEqual([]);
  });

  it('keeps its cookies to itself, and lets go when the browser does', async () => {
    const url = new URL(through.origin);
    const headers = { cookie: 'sid=1', te: 'trailers', authorization: 'Bearer fst_x', 'x-kept': '1' };
    const request = ask({ host: url.hostname, port: url.port, path: '/embed/0/slow.js', headers }).end();
    request.on('error', () => undefined);
    const seen = await eventually(() => elsewhere.requests[0], { what: 'the request passed on' });
    expect(seen.headers).toMatchObject({ authorization: 'Bearer fst_x', 'x-kept': '1' });
    expect(seen.headers.host).toBe(new URL(elsewhere.origin).host);
    expect(Object.keys(seen.headers).filter((name) => ['cookie', 'te'].includes(name))).toEqual([]);
    request.destroy();
    await eventually(() => seen.destroyed, { what: 'the request passed on to be given up' });
  });

  it('opens none for a page of another origin', async () => {
    expect((await openSession('https://evil.example')).status).toBe(403);
  });
});
