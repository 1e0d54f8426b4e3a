import { createServer, type RequestListener, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Instant } from '../../src/domain/time/instant.js';
import { badInputs, type BadInput } from '../support/bad-inputs.js';
import { startDeliveries, type Deliveries } from '../support/deliveries.js';
import { pour } from '../support/endless-source.js';
import { close, listen } from '../support/list-source.js';
import { watchMemory } from '../support/memory.js';
import { query } from '../support/postgres.js';

const DEADLINE = 1_000;
const MEGABYTE = 1024 * 1024;

let receiver: Server;
let world: Deliveries;
let url: string;
let answer: RequestListener;
/** Requests that were led to another host. */
let led = 0;
let other: Server;
let otherUrl: string;

beforeAll(async () => {
  receiver = createServer((request, response) => answer(request, response));
  other = createServer((_, response) => {
    led += 1;
    response.end();
  });
  [url, otherUrl] = await Promise.all([listen(receiver), listen(other)]);
  // One attempt, and less patience than in earnest: the receivers below are slower by far.
  const policy = { deadline: DEADLINE, nextAttemptAt: (): Instant | undefined => undefined };
  world = await startDeliveries({ allow: [url, otherUrl], policy });
});
afterAll(async () => {
  await world.close();
  await world.database.drop();
  await Promise.all([close(receiver), close(other)]);
});
afterEach(async () => {
  await query(world.database.superuserUrl, 'delete from webhook_endpoint');
});

const cases = badInputs('peer').filter(({ target }) => target === 'receiver.response');

const misbehaviour: Readonly<Record<string, (input: BadInput['input']) => RequestListener>> = {
  P13:
    ({ status = 301 }) =>
    (_, response) =>
      response.writeHead(status, { location: otherUrl }).end(),
  P15:
    ({ delay = 0 }) =>
    (_, response) => {
      const late = setTimeout(() => response.writeHead(204).end(), delay);
      response.once('close', () => clearTimeout(late));
    },
  P16:
    ({ bytes = 0 }) =>
    (_, response) =>
      pour(response, bytes),
};

it('has a test for each receiver of the catalogue', () => {
  expect(Object.keys(misbehaviour)).toEqual(cases.map(({ id }) => id));
});

it.each(cases)('$id $label: $expect.code', async ({ id, input, expect: { code } }) => {
  answer = misbehaviour[id]?.(input) ?? answer;
  await world.endpoints.create(world.clientId, { url: `${url}/hook` });
  const memory = watchMemory();
  const messageId = await world.publish();
  const { deliveries } = await world.settled(messageId);
  memory.stop();
  const [attempt, ...others] = await world.attempts(messageId);
  expect(others).toEqual([]);
  expect(attempt?.failureCode ?? deliveries[0]?.state).toBe(code);
  expect(attempt?.duration).toBeLessThan(5 * DEADLINE);
  expect(Buffer.byteLength(attempt?.responseBody ?? '')).toBeLessThanOrEqual(16 * 1024);
  expect(memory.risen()).toBeLessThan(64 * MEGABYTE);
  expect(led).toBe(0);
});
