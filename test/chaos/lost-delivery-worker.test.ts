import { afterEach, beforeEach, expect, it } from 'vitest';
import { announce } from '../support/announce.js';
import { hasten } from '../support/deliveries.js';
import { eventually } from '../support/eventually.js';
import { randomNumbers } from '../support/random-numbers.js';
import { startReceiver, type Receiver } from '../support/receiver.js';
import { StartedProcesses } from '../support/started-processes.js';
import { startWorld, type TestClient, type World } from '../support/world.js';

const MESSAGES = 150;

const workers = new StartedProcesses();
let receiver: Receiver;
let world: World;
let client: TestClient;

beforeEach(async () => {
  receiver = await startReceiver();
  world = await startWorld({ outboundAllow: [receiver.origin] });
  client = await world.newClient();
});

afterEach(async () => {
  await workers.end();
  await world.close();
  await receiver.close();
});

const startWorker = () => workers.start(world.env, 'worker');

it('messages survive workers that are stopped and killed, and a receiver that takes every other one', async () => {
  const random = randomNumbers(4);
  const taken = new Set<string>();
  receiver.answer((nth) => {
    const id = String(receiver.requests[nth - 1]?.headers['webhook-id']);
    if (random() < 0.5) return random() < 0.5 ? { status: 500 } : { status: 200, breaks: true };
    taken.add(id);
    return { status: 200, delay: 100 };
  });
  await client.api('POST', '/v1/webhook-endpoints', { url: receiver.url });
  const ids: string[] = [];
  for (let n = 0; n < MESSAGES; n += 1) ids.push((await announce(world, client)).id);

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const worker = await startWorker();
    const before = taken.size;
    await eventually(() => taken.size >= before + MESSAGES / 5, { timeout: 60_000 });
    worker.kill(signal);
    await worker.exited;
  }
  await startWorker();
  const unsettled = async () => (await client.api('GET', '/v1/webhook-messages?state=pending&limit=1')).body.data;
  await eventually(
    async () => {
      await hasten(world.database);
      return (await unsettled()).length === 0;
    },
    { timeout: 90_000, what: 'every message delivered or failed' },
  );

  const failed = (await client.api('GET', '/v1/webhook-messages?state=failed&limit=200')).body.data;
  const listed = new Set(failed.map(({ id }: { id: string }) => id));
  expect(ids.filter((id) => !taken.has(id) && !listed.has(id))).toEqual([]);
  // What was under way when a worker was killed came twice, under the same id and with the same bytes.
  const bodies = new Map<string, Set<string>>();
  for (const { headers, body } of receiver.requests) {
    const id = String(headers['webhook-id']);
    bodies.set(id, (bodies.get(id) ?? new Set()).add(body.toString()));
  }
  expect([...bodies.keys()].toSorted()).toEqual(ids.toSorted());
  expect([...bodies.values()].every((sent) => sent.size === 1)).toBe(true);
}, 180_000);
