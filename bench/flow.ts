import { createServer } from 'node:net';
import { once } from 'node:events';
import lighthouse from 'lighthouse';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../test/ui/support/chromium.js';
import { embeddingPage } from '../test/ui/support/embedding-page.js';
import { HostSite } from '../test/ui/support/host-site.js';
import { startFlowProduct, type FlowProduct } from './flow-product.js';
import { median, print } from './measure.js';

/** Slow 4G as Lighthouse has it, and a phone's processor. */
const LATENCY = 150;
const BYTES_PER_SECOND = 1_600_000 / 8;
const SLOWDOWN = 4;

const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'] as const;

/** Keeps when the first question could be answered, and what kept the page busy until then, in milliseconds. */
const WATCH = `
  globalThis.longTasks = [];
  new PerformanceObserver((list) => longTasks.push(...list.getEntries())).observe({ type: 'longtask', buffered: true });
  const look = () => {
    const root = document.querySelector('sync-flow')?.shadowRoot;
    if (root?.querySelector('.options') && root.querySelector('.button.primary')) globalThis.shown = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
`;
/** What the page above keeps. */
interface Watched {
  readonly shown?: number;
  readonly longTasks: readonly { readonly startTime: number; readonly duration: number }[];
}

interface Opened {
  readonly at: number;
  readonly longTasks: number;
  readonly blocked: number;
}

/** How soon a merchant can begin, and what Lighthouse says of the hosted page. */
export async function benchFlow(runs: number): Promise<void> {
  const product = await startFlowProduct();
  const site = await HostSite.start(product.baseUrl);
  const port = await freePort();
  const browser = await launchChromium([`--remote-debugging-port=${port}`]);
  try {
    await product.allow(site.origin);
    site.openSession = async () => (await product.openSession()).token;
    const { token } = await product.openSession();
    const given = embeddingPage({ attributes: `token="${token}"`, more: 'flow.fetchToken = undefined;' });
    print('flow, first question answerable: slow 4G, processor 4 times slower');
    await printOpened('token asked of the page’s back end', browser, site.put('asked', embeddingPage()), runs);
    await printOpened('token in the page', browser, site.put('given', { ...given, script: '' }), runs);
    await printLighthouse(product, port, runs);
  } finally {
    await browser.close();
    await site.close();
    await product.close();
  }
}

async function printOpened(name: string, browser: Browser, url: string, runs: number): Promise<void> {
  const opened: Opened[] = [];
  for (let run = 0; run < runs; run += 1) opened.push(await open(browser, url));
  const times = opened.map(({ at }) => Math.round(at));
  const worst = Math.round(Math.max(...opened.map(({ blocked }) => blocked)));
  const tasks = Math.max(...opened.map(({ longTasks }) => longTasks));
  print(
    `  ${name}: ${median(times)} ms (${Math.min(...times)}–${Math.max(...times)}); long tasks at most ${tasks}, blocking ${worst} ms`,
  );
}

/** In a browser that has never been there. */
async function open(browser: Browser, url: string): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 412, height: 823 }, deviceScaleFactor: 1.75 });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: LATENCY,
    downloadThroughput: BYTES_PER_SECOND,
    uploadThroughput: BYTES_PER_SECOND / 2,
  });
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  await page.addInitScript(WATCH);
  await page.goto(url);
  await page.waitForFunction(() => (globalThis as Partial<Watched>).shown !== undefined);
  // Long tasks are told of after they have ended.
  await page.waitForLoadState('networkidle');
  const watched = await page.evaluate(() => {
    const { shown, longTasks } = globalThis as unknown as Watched;
    return { shown, longTasks: longTasks.map(({ startTime, duration }) => ({ startTime, duration })) };
  });
  await context.close();
  return openedOf(watched);
}

/** A page that is drawn but busy answers to nobody: it is interactive at the end of what it was busy with by then. */
function openedOf({ shown = Number.NaN, longTasks }: Watched): Opened {
  const busyUntil = longTasks
    .filter(({ startTime }) => startTime < shown)
    .map((task) => task.startTime + task.duration);
  return {
    at: Math.max(shown, ...busyUntil),
    longTasks: longTasks.length,
    blocked: longTasks.reduce((sum, { duration }) => sum + duration - 50, 0),
  };
}

/** A link works once: each run opens another. */
async function printLighthouse(product: FlowProduct, port: number, runs: number): Promise<void> {
  const scores = new Map<string, number[]>(CATEGORIES.map((category) => [category, []]));
  const missed = new Set<string>();
  for (let run = 0; run < runs; run += 1) {
    const { hostedUrl } = await product.openSession();
    const result = await lighthouse(hostedUrl, {
      port,
      output: 'json',
      logLevel: 'error',
      onlyCategories: [...CATEGORIES],
    });
    for (const { id, score, auditRefs } of Object.values(result?.lhr.categories ?? {})) {
      scores.get(id)?.push(Math.round((score ?? 0) * 100));
      const failed = auditRefs.filter(
        ({ weight, id: audit }) => weight > 0 && (result?.lhr.audits[audit]?.score ?? 1) < 0.9,
      );
      for (const { id: audit } of failed) missed.add(`${id}: ${audit}`);
    }
  }
  const told = [...scores].map(
    ([name, values]) => `${name} ${median(values)} (${Math.min(...values)}–${Math.max(...values)})`,
  );
  print(`  Lighthouse, mobile, hosted page: ${told.join(', ')}`);
  for (const audit of missed) print(`    below 90: ${audit}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}
