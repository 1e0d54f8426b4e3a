import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { Pace } from '../../src/connectors/http/pace.js';
import { toldLimit } from '../../src/connectors/http/told-limit.js';
import type { RestModel, RestSettings } from '../../src/connectors/rest/rest-settings.js';
import { HOUR, SECOND } from '../../src/domain/time/instant.js';
import { eventually } from '../support/eventually.js';
import { startHttpSource, type HttpSource } from '../support/list-source.js';
import { failureOf, ids, NOW, pullAll, restConnector, type Pulled } from '../support/pulling.js';

type Headers = Readonly<Record<string, string>>;

/** A request as the source saw it: of which model, and milliseconds since the source was started. */
interface Seen {
  readonly model: string;
  readonly at: number;
}

let source: HttpSource | undefined;
afterEach(async () => {
  await source?.close();
  source = undefined;
});

const byCursor = (path: string): RestModel => ({
  path,
  recordsPath: 'items',
  pagination: { type: 'cursor', cursorParam: 'cursor', cursorPath: 'next' },
});

/** A source of three pages a model; `headersOf` may add to the nth answer of all, `statusOf` fail it. */
async function threePages(
  rateLimit: RestSettings['rateLimit'],
  headersOf: (nth: number) => Headers = () => ({}),
  statusOf: (nth: number) => number = () => 200,
) {
  const seen: Seen[] = [];
  const started = performance.now();
  source = await startHttpSource((request, response: ServerResponse, nth) => {
    const url = new URL(request.url ?? '', 'http://source');
    seen.push({ model: url.pathname.slice(1), at: performance.now() - started });
    const page = Number(url.searchParams.get('cursor') ?? 1);
    const body = { items: [{ id: page }], next: page < 3 ? String(page + 1) : null };
    response.writeHead(statusOf(nth), { 'content-type': 'application/json', ...headersOf(nth) });
    response.end(JSON.stringify(body));
  });
  const settings: RestSettings = {
    baseUrl: source.url,
    ...(rateLimit ? { rateLimit } : {}),
    models: { a: byCursor('a'), b: byCursor('b') },
  };
  return { settings, seen };
}

const pullOf = (settings: RestSettings, limits = {}): Omit<Pulled, 'model'> => ({
  connector: restConnector([settings.baseUrl], limits),
  settings,
  mode: 'full',
});

const gaps = (seen: readonly Seen[]) => seen.slice(1).map(({ at }, index) => at - (seen[index]?.at ?? 0));
const span = (seen: readonly Seen[]) => (seen.at(-1)?.at ?? 0) - (seen[0]?.at ?? 0);

describe('requests per second', () => {
  it('are kept to by one sync', async () => {
    const { settings, seen } = await threePages({ requestsPerSecond: 4 });
    expect(ids(await pullAll({ ...pullOf(settings), model: 'a' }))).toEqual(['1', '2', '3']);
    expect(span(seen)).toBeGreaterThan(2 * 250 - 100);
  });

  it('are shared by the syncs of a connection', async () => {
    const { settings, seen } = await threePages({ requestsPerSecond: 5 });
    const pull = pullOf(settings);
    await Promise.all([pullAll({ ...pull, model: 'a' }), pullAll({ ...pull, model: 'b' })]);
    expect(seen).toHaveLength(6);
    expect(span(seen)).toBeGreaterThan(5 * 200 - 100);
  });

  it('are each connection’s own', async () => {
    const { settings, seen } = await threePages({ requestsPerSecond: 0.1 });
    const pull = { ...pullOf({ ...settings, models: { a: { path: 'a', recordsPath: 'items' } } }), model: 'a' };
    await Promise.all([...Array(20).keys()].map((n) => pullAll({ ...pull, connectionId: `con_${n}` })));
    expect(seen).toHaveLength(20);
    expect(span(seen)).toBeLessThan(5_000);
  });

  it('allow a burst after a rest', async () => {
    const { settings, seen } = await threePages({ requestsPerSecond: 0.5, burst: 5 });
    const pull = pullOf(settings);
    await Promise.all([pullAll({ ...pull, model: 'a' }), pullAll({ ...pull, model: 'b' })]);
    expect(span(seen.slice(0, 5))).toBeLessThan(1_900);
    expect(span(seen)).toBeGreaterThan(1_900);
  });

  it('do not hold up somebody who aborts', async () => {
    const { settings, seen } = await threePages({ requestsPerSecond: 0.1 });
    const abort = new AbortController();
    const pulling = pullAll({ ...pullOf(settings), model: 'a', signal: abort.signal });
    await eventually(() => seen.length === 1);
    const aborted = performance.now();
    abort.abort(new Error('Sync aborted'));
    await expect(pulling).rejects.toThrow('Sync aborted');
    expect(performance.now() - aborted).toBeLessThan(5_000);
  });
});

describe('the line before a pace', () => {
  it('is gone through in order, and closes up where somebody leaves it', async () => {
    const pace = new Pace({ requestsPerSecond: 20 });
    const order: number[] = [];
    const aborts = [...Array(6).keys()].map(() => new AbortController());
    const entries = aborts.map(async ({ signal }, index) => {
      await pace.enter(signal, 0);
      order.push(index);
      pace.leave();
    });
    for (const index of [1, 4]) aborts[index]?.abort(new Error('gone'));
    const results = await Promise.allSettled(entries);
    expect(results.map(({ status }) => status === 'fulfilled')).toEqual([true, false, true, true, false, true]);
    expect(order).toEqual([0, 2, 3, 5]);
  });
});

describe('a source that tells its limit', () => {
  it('is sent no more than it has left, answered or not', async () => {
    const pace = new Pace({ remainingHeader: 'left', resetHeader: 'reset' });
    const { signal } = new AbortController();
    expect(await pace.enter(signal, 0)).toBe(0);
    pace.leave({ left: '2', reset: '600' });
    expect(await pace.enter(signal, 0)).toBe(0);
    expect(await pace.enter(signal, 0)).toBe(0);
    expect(await pace.enter(signal, 0)).toBeGreaterThan(590 * SECOND);
  });

  it('is waited for when nothing is left, before it has to refuse', async () => {
    const rules = { remainingHeader: 'X-RateLimit-Remaining', resetHeader: 'X-RateLimit-Reset' };
    const { settings, seen } = await threePages(rules, (nth) => ({
      'x-ratelimit-remaining': nth === 2 ? '0' : '7',
      'x-ratelimit-reset': '2',
    }));
    await pullAll({ ...pullOf(settings), model: 'a' });
    const [first = 0, second = 0] = gaps(seen);
    expect(first).toBeLessThan(1_900);
    expect(second).toBeGreaterThan(1_950);
  });

  it('ends the attempt where the wait is long, and asks nothing until then', async () => {
    const rules = { remainingHeader: 'X-RateLimit-Remaining', resetHeader: 'X-RateLimit-Reset' };
    const reset = String(Math.floor(Date.now() / 1_000) + 600);
    const { settings, seen } = await threePages(rules, () => ({
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': reset,
    }));
    const pull = pullOf(settings);
    const failure = await failureOf(pullAll({ ...pull, model: 'a' }));
    expect(failure).toMatchObject({ code: 'provider_rate_limited', class: 'rateLimit' });
    const wait = Number(failure.retryAt) - NOW;
    expect(wait).toBeGreaterThan(590 * SECOND);
    expect(wait).toBeLessThanOrEqual(601 * SECOND);
    expect(await failureOf(pullAll({ ...pull, model: 'b' }))).toMatchObject({ class: 'rateLimit' });
    expect(seen).toHaveLength(1);
  });

  it('is asked once an interval while its bucket is full', async () => {
    const { settings, seen } = await threePages(
      { requestsPerSecond: 0.5, burst: 40, usedHeader: 'X-Shopify-Shop-Api-Call-Limit' },
      (nth) => ({ 'x-shopify-shop-api-call-limit': nth === 1 ? '40/40' : '39/40' }),
    );
    await pullAll({ ...pullOf(settings), model: 'a' });
    const [first = 0, second = 0] = gaps(seen);
    expect(first).toBeGreaterThan(1_950);
    expect(second).toBeLessThan(1_900);
  });

  it('is not asked for more than is left by several syncs at once', async () => {
    const rules = { remainingHeader: 'x-left', resetHeader: 'x-reset' };
    const { settings, seen } = await threePages(rules, (nth) => ({ 'x-left': String(3 - nth), 'x-reset': '600' }));
    const pull = pullOf(settings);
    const failures = await Promise.all([
      failureOf(pullAll({ ...pull, model: 'a' })),
      failureOf(pullAll({ ...pull, model: 'b' })),
    ]);
    expect(failures.map(({ code }) => code)).toEqual(['provider_rate_limited', 'provider_rate_limited']);
    expect(seen).toHaveLength(3);
  });

  const date = 'Sun, 01 Mar 2026 12:00:00 GMT';
  const noon = Date.parse(date) / 1_000;
  it.each([
    [
      { left: '5', reset: '30' },
      { left: 5, resetIn: 30 * SECOND },
    ],
    [
      { left: '0', reset: `${noon + 90}` },
      { left: 0, resetIn: 90 * SECOND },
    ],
    [
      { left: '0', reset: `${noon * 1_000 + 2_500}` },
      { left: 0, resetIn: 2_500 },
    ],
    [
      { left: '0', reset: `${noon - 90}` },
      { left: 0, resetIn: 0 },
    ],
    [
      { left: '0', reset: '99999999999' },
      { left: 0, resetIn: HOUR },
    ],
    [
      { left: '0', reset: 'soon' },
      { left: 0, resetIn: undefined },
    ],
    [{ left: '-3' }, { left: 0, resetIn: undefined }],
    [{ left: '12, 12;w=60' }, { left: 12, resetIn: undefined }],
    [{ left: 'many' }, undefined],
    [{}, undefined],
    [{ used: '39/40' }, { left: 1, resetIn: undefined }],
    [{ used: '41/40' }, { left: 0, resetIn: undefined }],
    [{ used: '12.5 / 80.0' }, { left: 68, resetIn: undefined }],
    [{ used: '39' }, undefined],
    [{ used: '39/' }, undefined],
  ])('%o is %o', (headers, told) => {
    const rules = { remainingHeader: 'Left', resetHeader: 'Reset', usedHeader: 'Used' };
    expect(toldLimit(rules, { ...(headers as Headers), date })).toEqual(told);
  });
});

describe('a source that refuses for the rate', () => {
  const at = (nth: number) => (which: number) => (which === nth ? 429 : 200);

  it('is waited for as long as it asks, in the run, and told of in its log', async () => {
    const { settings, seen } = await threePages(undefined, () => ({ 'retry-after': '1' }), at(2));
    const notices: string[] = [];
    const notice: Pulled['notice'] = (level, message) => notices.push(`${level}: ${message}`);
    expect(ids(await pullAll({ ...pullOf(settings), model: 'a', notice }))).toEqual(['1', '2', '3']);
    expect(gaps(seen)[1]).toBeGreaterThan(950);
    expect(notices).toEqual(['info: GET /a: the source asks for a pause of 1 s.']);
  });

  it('is left alone by the other syncs of the connection too', async () => {
    const { settings, seen } = await threePages(undefined, () => ({ 'retry-after': '1' }), at(1));
    const pull = pullOf(settings);
    const first = pullAll({ ...pull, model: 'a' });
    await eventually(() => seen.length === 1);
    // The answer is on its way; the pause begins when it is here.
    await Promise.all([first, pullAll({ ...pull, model: 'b' })]);
    const early = seen.filter(({ at: seenAt }) => seenAt - (seen[0]?.at ?? 0) < 900).length;
    expect(early).toBeLessThanOrEqual(2);
  });

  it('is not asked in a tight loop when it says 0, nor for ever', async () => {
    const { settings, seen } = await threePages(
      undefined,
      () => ({ 'retry-after': '0' }),
      () => 429,
    );
    const failure = await failureOf(pullAll({ ...pullOf(settings, { patience: 1_500 }), model: 'a' }));
    expect(failure).toMatchObject({ code: 'provider_rate_limited', class: 'rateLimit', retryAt: NOW + SECOND });
    expect(seen).toHaveLength(2);
  });

  it('ends the attempt at once where the wait is longer than patience', async () => {
    const { settings, seen } = await threePages(undefined, () => ({ 'retry-after': '31' }), at(2));
    const pull = pullOf(settings);
    const failure = await failureOf(pullAll({ ...pull, model: 'a' }));
    const expected = { class: 'rateLimit', retryAt: NOW + 31 * SECOND };
    expect(failure).toMatchObject(expected);
    // Nor is it asked by another sync of the connection before that.
    expect(await failureOf(pullAll({ ...pull, model: 'b' }))).toMatchObject(expected);
    expect(seen).toHaveLength(2);
  });

  it('is told of at once by the test of a connection', async () => {
    const { settings } = await threePages(
      undefined,
      () => ({ 'retry-after': '6' }),
      () => 429,
    );
    const { connector } = pullOf(settings);
    const connection = {
      clientId: 'cli_0',
      connectionId: 'con_0',
      settings: { ...settings },
      credentials: {},
      variables: {},
    };
    const failure = await failureOf(connector.test(connection, new AbortController().signal));
    expect(failure).toMatchObject({ code: 'provider_rate_limited', retryAt: NOW + 6 * SECOND });
  });

  it('may be out of order instead: a short Retry-After of a 503 is waited out too', async () => {
    const { settings } = await threePages(
      undefined,
      () => ({ 'retry-after': '1' }),
      (nth) => (nth === 1 ? 503 : 200),
    );
    expect(ids(await pullAll({ ...pullOf(settings), model: 'a' }))).toHaveLength(3);
  });

  it('lets go of somebody who aborts while waiting', async () => {
    const { settings, seen } = await threePages(
      undefined,
      () => ({ 'retry-after': '20' }),
      () => 429,
    );
    const abort = new AbortController();
    const pulling = pullAll({ ...pullOf(settings), model: 'a', signal: abort.signal });
    await eventually(() => seen.length === 1);
    const aborted = performance.now();
    abort.abort(new Error('Sync aborted'));
    await expect(pulling).rejects.toThrow('Sync aborted');
    expect(performance.now() - aborted).toBeLessThan(5_000);
  });
});

describe('tries at once', () => {
  it('leave all their messages with the failure, oldest first', async () => {
    const statuses = [500, 502, 503];
    const { settings } = await threePages(undefined, undefined, (nth) => statuses[nth - 1] ?? 200);
    const notices: string[] = [];
    const notice: Pulled['notice'] = (level, message) => notices.push(`${level}: ${message}`);
    const failure = await failureOf(pullAll({ ...pullOf(settings), model: 'a', notice }));
    expect(failure.details).toEqual([
      'GET /a: the source failed (HTTP 500).',
      'GET /a: the source is unavailable (HTTP 502).',
      'GET /a: the source is unavailable (HTTP 503).',
    ]);
    expect(failure.message).toBe(failure.details.at(-1));
    expect(notices).toEqual(failure.details.slice(0, 2).map((message) => `warn: ${message} It is tried again.`));
  });
});
