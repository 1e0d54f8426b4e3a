import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { newShop, startFlowWorld, type FlowWorld } from './support/flow-world.js';
import { heading, press, previewed, setUp, visit } from './support/visits.js';

let flow: FlowWorld;
beforeAll(async () => {
  flow = await startFlowWorld();
  flow.world.clock.runFrom(instant('2026-11-22T16:30:00Z'));
});
afterAll(() => flow.close());

interface Fetched {
  readonly url: string;
  readonly method: string;
  /** As it went over the network: headers, and the body as it was packed. */
  bytes: number;
}

/** Everything that a page asks of anybody, in the order in which it was asked. */
async function recorded(page: Page): Promise<readonly Fetched[]> {
  const network: CDPSession = await page.context().newCDPSession(page);
  await network.send('Network.enable');
  await network.send('Network.setCacheDisabled', { cacheDisabled: true });
  const fetched = new Map<string, Fetched>();
  network.on('Network.requestWillBeSent', ({ requestId, request }) => {
    fetched.set(requestId, { url: request.url, method: request.method, bytes: 0 });
    all.push(fetched.get(requestId) as Fetched);
  });
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const request = fetched.get(requestId);
    if (request !== undefined) request.bytes = encodedDataLength;
  });
  const all: Fetched[] = [];
  return all;
}

/** Whom it was asked; the browser's own icon in a date field is asked of nobody. */
const originsOf = (requests: readonly Fetched[]): readonly string[] =>
  [...new Set(requests.flatMap(({ url }) => (url.startsWith('data:') ? [] : [new URL(url).origin])))].toSorted();

const nameOf = ({ url }: Fetched): string => new URL(url).pathname.split('/').at(-1) ?? '';

describe('the first question', () => {
  it('can be answered after at most 4 requests and 30 KB', async () => {
    let requests: readonly Fetched[] = [];
    const { page } = await visit(flow, await newShop(flow), {
      before: async (opened) => {
        requests = await recorded(opened);
      },
    });
    await heading(page, 'Choose what to sync');
    await page.waitForLoadState('networkidle');
    const ours = requests.filter(({ url, method }) => url.startsWith(flow.world.baseUrl) && method !== 'OPTIONS');
    const answered = ours.findIndex((request) => nameOf(request) === 'session');
    // What comes after the session's answer is for the screens after the first.
    const needed = ours.filter((request, index) => index <= answered || nameOf(request).startsWith('en-'));
    expect(needed.map(nameOf).toSorted()).toEqual([expect.stringMatching(/^en-/), 'session', 'sync-flow.js']);
    expect(needed.every(({ bytes }) => bytes > 0)).toBe(true);
    expect(needed.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(30_720);
  });
});

describe('the whole way to the status', () => {
  it('asks nobody but the product and the page’s own site, and keeps nothing in the browser', async () => {
    let requests: readonly Fetched[] = [];
    const { page, complaints } = await visit(flow, await newShop(flow), {
      before: async (opened) => {
        requests = await recorded(opened);
      },
    });
    await setUp(page);
    await press(page, 'View status');
    await page.getByText('Not started').waitFor();
    expect(originsOf(requests)).toEqual([flow.site.origin, flow.world.baseUrl].toSorted());
    expect(await page.context().cookies()).toEqual([]);
    const kept = await page.evaluate(async () => [
      localStorage.length,
      sessionStorage.length,
      (await indexedDB.databases()).length,
      (await caches.keys()).length,
    ]);
    expect(kept).toEqual([0, 0, 0, 0]);
    expect(complaints).toEqual([]);
  });

  it('fetches no part twice, and previews once for a draft', async () => {
    let requests: readonly Fetched[] = [];
    const { page } = await visit(flow, await newShop(flow), {
      before: async (opened) => {
        requests = await recorded(opened);
      },
    });
    await setUp(page);
    const files = requests.filter(({ url }) => url.includes('/embed/')).map(nameOf);
    expect(files.length).toBe(new Set(files).size);
    const previews = requests.filter((request) => nameOf(request) === 'preview' && request.method === 'POST');
    expect(previews).toHaveLength(1);
  });
});

describe('a merchant', () => {
  it('presses at most 12 times to choose all four settings other than proposed', async () => {
    const shop = await newShop(flow);
    const { page } = await visit(flow, shop);
    await page.evaluate(() => {
      const counted = globalThis as unknown as { presses: number };
      counted.presses = 0;
      addEventListener('click', ({ isTrusted }) => (counted.presses += isTrusted ? 1 : 0), true);
    });
    await page.getByLabel('Payouts').click();
    await press(page, 'Continue');
    await press(page, 'Start of year');
    await page.getByRole('combobox', { name: 'Time zone' }).click();
    await page.getByRole('combobox', { name: 'Time zone' }).pressSequentially('kolk');
    await page.getByRole('option').first().click();
    await page.getByLabel('Day starts at').click();
    await page.getByLabel('Day starts at').selectOption('5');
    await previewed(page);
    await press(page, 'Continue');
    await press(page, 'Start syncing');
    await heading(page, 'You’re all set');
    const presses = await page.evaluate(() => (globalThis as unknown as { presses: number }).presses);
    expect(presses).toBeGreaterThan(6);
    // A native list is closed by a press that pages do not see.
    expect(presses + 1).toBeLessThanOrEqual(12);
  });
});
