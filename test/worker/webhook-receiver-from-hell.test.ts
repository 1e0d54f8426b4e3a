import { expect, it } from 'vitest';
import { plus, SECOND, type Instant } from '../../src/domain/time/instant.js';
import { randomNumbers } from '../support/random-numbers.js';
import { startDeliveries, type Policy } from '../support/deliveries.js';
import { eventually } from '../support/eventually.js';
import { startReceiver, type Receiver, type ReceiverAnswer } from '../support/receiver.js';

/** Patience and waits a hundred times shorter than in earnest. */
const hasty: Policy = {
  deadline: 200,
  slowDown: 50,
  nextAttemptAt: (attempt: number, now: Instant) => (attempt < 10 ? plus(now, 10 * attempt) : undefined),
};
const MESSAGES = 300;
const POISONED = 5;

const answers: readonly ReceiverAnswer[] = [
  { status: 500 },
  { status: 503, headers: { 'retry-after': '0' } },
  { status: 429 },
  { status: 302, headers: { location: '/elsewhere' } },
  { status: 200, delay: 60 * SECOND },
  { status: 200, breaks: true },
];

it('every message reaches a receiver that fails, stalls, dies and returns, or is listed as failed', async () => {
  const random = randomNumbers(9);
  const taken = new Map<string, number>();
  let receiver = await startReceiver();
  const poisoned = new Set<string>();
  const behave = (at: Receiver) =>
    at.answer((nth) => {
      const id = String(at.requests[nth - 1]?.headers['webhook-id']);
      const isRefused = poisoned.has(id) || random() < 0.5;
      if (isRefused) return answers[Math.floor(random() * answers.length)] ?? { status: 500 };
      taken.set(id, (taken.get(id) ?? 0) + 1);
      return { status: 200 };
    });
  behave(receiver);
  const bodies = new Map<string, Set<string>>();
  const keepBodies = ({ requests }: Receiver) => {
    for (const { headers, body } of requests) {
      const id = String(headers['webhook-id']);
      bodies.set(id, (bodies.get(id) ?? new Set()).add(body.toString()));
    }
  };

  const first = await startDeliveries({ allow: [receiver.origin], policy: hasty });
  await first.endpoints.create(first.clientId, { url: receiver.url });
  const ids = await first.publishMany(MESSAGES);
  for (const id of ids.slice(0, POISONED)) poisoned.add(id);
  const settled = async () => {
    const { delivered = 0, failed = 0 } = await first.states();
    return delivered + failed;
  };

  // The receiver dies for a while, and one worker after another stops in the middle of its work.
  await eventually(() => taken.size > MESSAGES / 8);
  const second = await startDeliveries({ allow: [receiver.origin], policy: hasty, on: first });
  await first.close();
  await eventually(() => taken.size > MESSAGES / 4);
  keepBodies(receiver);
  const port = Number(new URL(receiver.origin).port);
  await receiver.close();
  const before = await settled();
  receiver = await startReceiver(port);
  behave(receiver);
  const third = await startDeliveries({ allow: [receiver.origin], policy: hasty, on: first });
  await second.close();
  await eventually(async () => (await settled()) === MESSAGES, { timeout: 50_000 });
  keepBodies(receiver);

  expect(before).toBeLessThan(MESSAGES);
  expect(bodies.size).toBe(MESSAGES);
  expect([...bodies.values()].every((sent) => sent.size === 1)).toBe(true);
  const { data: failed } = await third.messages.list(third.clientId, { state: 'failed' }, { limit: 200 });
  const listed = new Set(failed.map(({ id }) => id));
  // Taken by the receiver at least once, or listed; those that it never takes are listed.
  expect(ids.filter((id) => !taken.has(id) && !listed.has(id))).toEqual([]);
  expect([...poisoned].every((id) => listed.has(id))).toBe(true);
  for (const { deliveries } of failed) expect(deliveries).toMatchObject([{ attempts: 10 }]);
  await third.close();
  await third.database.drop();
  await receiver.close();
});
