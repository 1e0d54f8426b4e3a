import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newSigningSecret } from '../../src/platform/signing/signing-secret.js';
import { signatureHeaders } from '../../src/platform/signing/signature.js';
import { eventually } from '../support/eventually.js';
import { instantOf } from '../../src/domain/time/instant.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const secret = newSigningSecret();
let world: World;
let client: TestClient;
let origin: string;
let example: ChildProcess;
let said = '';

beforeAll(async () => {
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  world = await startWorld({ roles: 'api,dispatcher,worker', outboundAllow: [origin] });
  client = await world.newClient();
  example = spawn(process.execPath, ['examples/handler.mjs'], {
    env: {
      PATH: process.env['PATH'],
      PORT: String(port),
      HANDLER_SECRET: secret,
      MERIDIAN_URL: world.baseUrl,
      MERIDIAN_API_KEY: client.apiKey,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [example.stdout, example.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk));
  await eventually(() => said.includes('The handler is ready.'), { what: 'the example' });
});
afterAll(async () => {
  if (example.exitCode === null && example.kill()) await once(example, 'exit');
  await world.close();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

const created = async (path: string, body: unknown): Promise<string> => {
  const answer = await client.api('POST', path, body);
  if (answer.status !== 201) throw new Error(`not created: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.id;
};

async function connection(): Promise<string> {
  const companyId = await created('/v1/companies', { name: 'Corner Shop' });
  return created(`/v1/companies/${companyId}/connections`, {
    platform: 'handler',
    name: 'Our own code',
    settings: { url: `${origin}/`, timeout: 'PT1M' },
    credentials: { secret },
  });
}

it('completes a period as the README has it', async () => {
  const connectionId = await connection();
  expect((await client.api('POST', `/v1/connections/${connectionId}/test`)).body).toMatchObject({ ok: true });
  const schedule = { selectedFrequency: 'Daily', startDate: '2026-08-01', syncHour: 0, timeZone: 'Etc/UTC' };
  const syncId = await created(`/v1/connections/${connectionId}/syncs`, { name: 'orders', schedule });
  const runId = await created(`/v1/syncs/${syncId}/runs`, { type: 'latest', syncTo: '2026-11-01T00:00:00Z' });
  const period = await eventually(
    async () => {
      const { body } = await client.api('GET', `/v1/syncs/${syncId}/periods`);
      return body.data.find(({ status }: { status: string }) => status === 'succeeded');
    },
    { what: 'a period completed by the example' },
  );
  expect(period).toMatchObject({ start: '2026-08-01T00:00:00.000Z', dueDate: '2026-11-01T00:00:00.000Z', runId });
  const run = (await client.api('GET', `/v1/runs/${runId}`)).body;
  // An order every hour for 92 days, in three pages.
  expect(run.progress.orders).toMatchObject({ fetched: 92 * 24, created: 92 * 24 });
  const lines = (await client.api('GET', `/v1/runs/${runId}/logs`)).body.data;
  expect(lines.map(({ message }: { message: string }) => message)).toContain('Page 3.');
  await eventually(() => said.includes(`${runId} is complete: 2208 orders.`), { what: 'the example to say so' });
});

it('stops when its run is taken from it', async () => {
  const data = {
    runId: `run_${'0'.repeat(26)}`,
    token: 'nobodys',
    range: { start: null, finish: '2026-01-02T00:00:00Z' },
  };
  const connectionId = await connection();
  const syncId = await created(`/v1/connections/${connectionId}/syncs`, { name: 'orders' });
  const runId = await created(`/v1/syncs/${syncId}/runs`, { type: 'full' });
  await eventually(async () => (await client.api('GET', `/v1/runs/${runId}`)).body.state === 'completed');
  await post({ type: 'sync.run.start', data: { ...data, runId } }, secret);
  await eventually(() => said.includes(`${runId} stopped:`), { what: 'the example to stop' });
});

it('believes nothing that is not signed with its secret', async () => {
  const message = { type: 'sync.run.start', data: { runId: 'run_forged' } };
  expect((await post(message, newSigningSecret())).status).toBe(401);
  expect((await fetch(origin, { method: 'POST', body: JSON.stringify(message) })).status).toBe(401);
  expect(said).not.toContain('run_forged');
});

function post(message: unknown, key: string): Promise<Response> {
  const body = JSON.stringify(message);
  const headers = signatureHeaders([key], { messageId: 'msg_1', sentAt: instantOf(Date.now()), body });
  return fetch(origin, { method: 'POST', headers: { ...headers }, body });
}
