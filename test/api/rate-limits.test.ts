import { afterEach, describe, expect, it } from 'vitest';
import { startEdgeApp, type EdgeApp } from '../support/edge-app.js';

const open: EdgeApp[] = [];
const start = async (...limits: Parameters<typeof startEdgeApp>): Promise<EdgeApp> => {
  const edge = await startEdgeApp(...limits);
  open.push(edge);
  return edge;
};
afterEach(() => Promise.all(open.splice(0).map((edge) => edge.close())));

const get = ({ baseUrl }: EdgeApp, key: string) =>
  fetch(`${baseUrl}/v1/companies`, { headers: { authorization: `Bearer ${key}` } });
const statuses = async (edge: EdgeApp, key: string, times: number) =>
  (await Promise.all(Array.from({ length: times }, () => get(edge, key)))).map(({ status }) => status);
const passed = (all: readonly number[]) => all.filter((status) => status === 200).length;

/** Long enough that no window ends while a test runs. */
const DAY = 86_400_000;

describe('a key', () => {
  it('has its requests, then is told when to come back', async () => {
    const edge = await start({ requests: 40, window: DAY });
    expect(passed(await statuses(edge, 'a', 60))).toBe(40);
    const refused = await get(edge, 'a');
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ code: 'rate_limited' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('ratelimit-policy')).toBe('"default";q=40;w=86400');
    expect(refused.headers.get('ratelimit')).toMatch(/^"default";r=0;t=\d+$/);
  });

  it('does not use up the requests of another key', async () => {
    const edge = await start({ requests: 20, window: DAY });
    await statuses(edge, 'a_1', 30);
    expect(passed(await statuses(edge, 'a_2', 20))).toBe(20);
  });

  it('has the same requests over all processes together', async () => {
    const first = await start({ requests: 100, window: DAY });
    const second = await start({ requests: 100, window: DAY }, first.databaseUrl);
    const all = await Promise.all([statuses(first, 'a', 80), statuses(second, 'a', 80)]);
    const sum = passed(all.flat());
    expect(sum).toBeLessThanOrEqual(100);
    expect(sum).toBeGreaterThanOrEqual(95);
  });

  it('has new requests in the next window', async () => {
    const edge = await start({ requests: 20, window: 1_000 });
    const endOfWindow = 1_000 - (Date.now() % 1_000);
    expect(passed(await statuses(edge, 'a', 60))).toBeLessThan(60);
    const next = await fetchUntil(edge, 200, endOfWindow + 2_000);
    expect(next).toBe(200);
  });
});

describe('an address that tries keys', () => {
  it('is told to wait, while a right key still opens', async () => {
    const edge = await start({ badKeys: 50 });
    const all = await statuses(edge, 'x', 80);
    expect(all.filter((status) => status === 401)).toHaveLength(50);
    expect(all.filter((status) => status === 429)).toHaveLength(30);
    expect((await get(edge, 'a')).status).toBe(200);
  });
});

async function fetchUntil(edge: EdgeApp, wanted: number, patience: number): Promise<number> {
  const end = Date.now() + patience;
  let { status } = await get(edge, 'a');
  while (status !== wanted && Date.now() < end) ({ status } = await get(edge, 'a'));
  return status;
}
