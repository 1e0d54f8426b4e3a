import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { startProcess, type MeridianProcess } from '../support/processes.js';
import { apiWith } from '../support/world.js';

interface DemoFacts {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly syncId: string;
  readonly connectionId: string;
  readonly inboxUrl: string;
}

let dataDir: string;
let running: MeridianProcess | undefined;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'meridian-demo-'));
});
afterAll(async () => {
  running?.kill('SIGTERM');
  await running?.exited;
  await rm(dataDir, { recursive: true, force: true });
});

async function start(): Promise<DemoFacts> {
  running = await startProcess({ DATA_DIR: dataDir, PORT: '0' });
  await eventually(() => running?.output().includes('Each settled period'), { what: 'the demo to be seeded' });
  return JSON.parse(await readFile(join(dataDir, 'demo.json'), 'utf8')) as DemoFacts;
}

/** The succeeded periods of the demo's sync, oldest first. */
async function succeeded({ baseUrl, apiKey, syncId }: DemoFacts): Promise<{ start: string; dueDate: string }[]> {
  const { body } = await apiWith(baseUrl, apiKey)('GET', `/v1/syncs/${syncId}/periods?status=succeeded`);
  return body.data.toReversed();
}

it('shows a newcomer a settled period and its verified webhook, and goes on after a stop and after a kill', async () => {
  const first = await start();
  const [initial] = await eventually(
    async () => {
      const periods = await succeeded(first);
      return periods.length > 0 && periods;
    },
    { what: 'a succeeded period within 90 s', timeout: 90_000 },
  );
  const records = await apiWith(first.baseUrl, first.apiKey)(
    'GET',
    `/v1/connections/${first.connectionId}/records?limit=200`,
  );
  expect(records.body.data).toHaveLength(200);
  await eventually(() => running?.output().includes('webhook received and verified: sync.period.completed.initial'), {
    what: 'a verified webhook',
  });
  expect(running?.output()).toMatch(/Corner Shop .* succeeded, \d+ records; next due/);

  running?.kill('SIGTERM');
  expect(await running?.exited).toBe(0);
  const second = await start();
  expect(second).toMatchObject({ apiKey: first.apiKey, syncId: first.syncId });

  // The server this leaves behind is found and stopped by the next start.
  running?.kill('SIGKILL');
  await running?.exited;
  const third = await start();
  const periods = await eventually(
    async () => {
      const all = await succeeded(third);
      return all.length > 1 && all;
    },
    { what: 'the chain to go on', timeout: 90_000 },
  );
  expect(periods[0]).toEqual(initial);
  for (const [index, period] of periods.slice(1).entries()) expect(period.start).toBe(periods[index]?.dueDate);
}, 300_000);
