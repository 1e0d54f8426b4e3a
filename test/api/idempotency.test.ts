import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR, instant } from '../../src/domain/time/instant.js';
import { startEdgeApp, type EdgeApp } from '../support/edge-app.js';
import { query } from '../support/postgres.js';

let edge: EdgeApp;
beforeAll(async () => {
  edge = await startEdgeApp();
});
afterAll(() => edge.close());

async function create(name: string, key: string, as = 'a') {
  const response = await fetch(`${edge.baseUrl}/v1/companies`, {
    method: 'POST',
    headers: { authorization: `Bearer ${as}`, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ name }),
  });
  const body = (await response.json()) as Readonly<Record<string, unknown>>;
  return { status: response.status, body, headers: response.headers };
}

const timesStarted = (name: string) => edge.started.filter((started) => started === name).length;

describe('an Idempotency-Key', () => {
  it('gets the first answer again, status, headers and body', async () => {
    const first = await create('first', 'k1');
    const again = await create('first', 'k1');
    expect([again.status, again.body]).toEqual([first.status, first.body]);
    expect(again.headers.get('location')).toBe('/v1/companies/1');
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect([first.headers.get('idempotency-replayed'), again.headers.get('idempotency-replayed')]).toEqual([
      null,
      'true',
    ]);
    expect(timesStarted('first')).toBe(1);
  });

  it('is refused with another body', async () => {
    await create('one', 'k2');
    const other = await create('other', 'k2');
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
    expect(timesStarted('other')).toBe(0);
  });

  it('of another client means nothing', async () => {
    await create('mine', 'k3');
    const theirs = await create('theirs', 'k3', 'b');
    expect([theirs.status, theirs.body.name]).toEqual([201, 'theirs']);
  });

  it('lets one of a hundred requests at once through', async () => {
    const gate = Promise.withResolvers<void>();
    edge.holdUntil(gate.promise);
    const requests = Array.from({ length: 100 }, () => create('once', 'k4'));
    await allButOne(requests);
    gate.resolve();
    const answers = await Promise.all(requests);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 'idempotency_key_in_use')).toHaveLength(99);
    expect(timesStarted('once')).toBe(1);
    expect((await create('once', 'k4')).status).toBe(201);
  });

  it('keeps a refusal', async () => {
    const first = await create('taken', 'k5');
    const again = await create('taken', 'k5');
    expect([first.status, again.status, again.body]).toEqual([409, 409, first.body]);
    expect(again.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(timesStarted('taken')).toBe(1);
  });

  it.each(['fault', 'outage'])('does not keep a %s', async (name) => {
    expect((await create(name, `k6-${name}`)).status).toBeGreaterThanOrEqual(500);
    expect((await create(name, `k6-${name}`)).headers.has('idempotency-replayed')).toBe(false);
    expect(timesStarted(name)).toBe(2);
  });

  it('is forgotten after a day, and given up after two minutes without an answer', async () => {
    edge.clock.set(instant('2026-01-01T00:00:00Z'));
    await create('day', 'k7');
    edge.clock.advance(24 * HOUR - 1);
    await create('day', 'k7');
    expect(timesStarted('day')).toBe(1);
    edge.clock.advance(1);
    await create('day', 'k7');
    expect(timesStarted('day')).toBe(2);
    await query(
      edge.superuserUrl,
      `update idempotent_answer set status = null, body = null, body_key_id = null where key = 'k7'`,
    );
    expect((await create('day', 'k7')).body.code).toBe('idempotency_key_in_use');
    edge.clock.advance(HOUR / 30);
    expect((await create('day', 'k7')).status).toBe(201);
  });

  it.each([
    ['of 256 characters', 'a'.repeat(256)],
    ['with a space', 'a b'],
    ['with an escaped line break', 'a%0d%0ab'],
    ['that is empty', ''],
  ])('%s is invalid', async (_, key) => {
    const answer = await create('never', key);
    expect([answer.status, answer.body.code]).toEqual([400, 'idempotency_key_invalid']);
    expect(timesStarted('never')).toBe(0);
  });

  it('of 255 characters is fine', async () => {
    expect((await create('long', 'a'.repeat(255))).status).toBe(201);
  });

  it('leaves no answer in the clear', async () => {
    await create('secretive', 'k8');
    const rows = await query<{ found: number }>(
      edge.superuserUrl,
      `select count(*)::int as found from idempotent_answer where position('secretive'::bytea in body) > 0`,
    );
    expect(rows).toEqual([{ found: 0 }]);
  });
});

/** Until every request is answered but the one that is held. */
async function allButOne(requests: readonly Promise<unknown>[]): Promise<void> {
  let answered = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const count = () => {
    answered += 1;
    if (answered === requests.length - 1) resolve();
  };
  for (const request of requests) void request.then(count);
  await promise;
}
