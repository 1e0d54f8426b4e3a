import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { startProcess, type MeridianProcess } from '../support/processes.js';
import { violationsOn } from './support/axe.js';
import { launchChromium } from './support/chromium.js';
import { takePicture } from './support/pictures.js';

interface DemoFacts {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly adminKey: string;
  readonly inboxSecret: string;
  readonly merchant: { readonly companyId: string };
}

interface RunningDemo {
  readonly running: MeridianProcess;
  readonly readFacts: () => Promise<DemoFacts>;
  readonly stop: () => Promise<void>;
}

let demo: RunningDemo;
let running: MeridianProcess;
let browser: Browser;
let facts: DemoFacts;
const readFacts = () => demo.readFacts();
const at = (path: string) => new URL(path, facts.baseUrl).href;

async function startDemo(settings: Readonly<Record<string, string>> = {}): Promise<RunningDemo> {
  const dataDir = await mkdtemp(join(tmpdir(), 'meridian-demo-page-'));
  const database: TestDatabase = await createTestDatabase();
  const process = await startProcess({
    DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    ADMIN_KEY: `admin-${randomBytes(16).toString('hex')}`,
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    DEMO: 'true',
    PORT: '0',
    ...settings,
  });
  await eventually(() => process.output().includes('Each settled period'), { what: 'the demo to be seeded' });
  return {
    running: process,
    readFacts: async () => JSON.parse(await readFile(join(dataDir, 'demo.json'), 'utf8')) as DemoFacts,
    stop: async () => {
      process.kill('SIGTERM');
      await process.exited;
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

beforeAll(async () => {
  [demo, browser] = await Promise.all([startDemo(), launchChromium()]);
  running = demo.running;
  facts = await readFacts();
});
afterAll(async () => {
  await browser.close();
  await demo.stop();
});

describe('what the demo’s page is made of', () => {
  it('is named where the product says that it is ready', () => {
    expect(running.output()).toContain(`${facts.baseUrl}/demo`);
  });

  it('holds no secret, not even a token: its script asks for that', async () => {
    const texts = await Promise.all(
      ['/demo', '/demo/page.js', '/demo/page.css', '/demo/icon.svg'].map(async (path) =>
        (await fetch(at(path))).text(),
      ),
    );
    expect(texts.every((text) => text.length > 200)).toBe(true);
    for (const secret of [facts.apiKey, facts.adminKey, facts.inboxSecret, 'mk_test_', 'fst_']) {
      expect(texts.join('\n')).not.toContain(secret);
    }
  });

  it('has the strictest policy, which names its one inline text by its hash', async () => {
    const answer = await fetch(at('/demo'));
    const map = /<script type="importmap">(.+?)<\/script>/.exec(await answer.text())?.[1] ?? '';
    const hash = createHash('sha256').update(map).digest('base64');
    expect(answer.headers.get('content-security-policy')).toBe(
      `default-src 'none'; script-src 'self' 'sha256-${hash}'; style-src 'self'; connect-src 'self'; img-src 'self'; ` +
        `base-uri 'none'; form-action 'none'; frame-ancestors 'none'; ` +
        `require-trusted-types-for 'script'; trusted-types 'none'`,
    );
  });

  it('pins the element’s script, and by its import map every file which that fetches', async () => {
    const html = await (await fetch(at('/demo'))).text();
    const [, path = '', pinned] = /src="(\/embed\/[^"]+)" integrity="([^"]+)"/.exec(html) ?? [];
    const script = Buffer.from(await (await fetch(at(path))).arrayBuffer());
    expect(pinned).toBe(`sha384-${createHash('sha384').update(script).digest('base64')}`);
    const fetched = [...script.toString().matchAll(/import\([`'"]\.\/([^`'"]+)/g)].map(([, name]) => name);
    expect(fetched.length).toBeGreaterThan(5);
    for (const name of fetched) expect(html).toContain(`${name}":"sha384-`);
  });

  it('acts for its own page alone', async () => {
    const post = (origin: string) => fetch(at('/demo/session'), { method: 'POST', headers: { origin } });
    expect((await post('https://elsewhere.example')).status).toBe(403);
    expect((await post('null')).status).toBe(403);
    expect((await fetch(at('/demo/start-over'), { method: 'POST' })).status).toBe(403);
    expect((await post(facts.baseUrl)).status).toBe(200);
  });
});

/** A newcomer’s browser, which counts the clicks that are made in it and keeps whatever the page complains of. */
async function visit(options: BrowserContextOptions = {}) {
  const page = await (await browser.newContext({ viewport: { width: 1120, height: 760 }, ...options })).newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.addInitScript(() => {
    addEventListener('click', () =>
      Object.assign(globalThis, { clicks: (Reflect.get(globalThis, 'clicks') ?? 0) + 1 }),
    );
  });
  await page.goto(at('/demo'));
  return { page, complaints };
}

describe('a newcomer', () => {
  it('sets up a sync in four clicks, sees it come to be synced, and starts over', async () => {
    const { page, complaints } = await visit();
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
    const heading = (name: string) => page.getByRole('heading', { name }).waitFor();
    await heading('Choose what to sync');
    expect(await violationsOn(page)).toEqual([]);
    await press('Continue');
    await heading('Set the schedule');
    await press('Continue');
    await heading('Check and confirm');
    await page.locator('.preview .periods').waitFor();
    await press('Start syncing');
    await heading('You’re all set');
    await press('View status');
    await page.getByText('On schedule').waitFor({ timeout: 60_000 });
    await page.getByRole('cell', { name: 'Synced' }).waitFor();
    expect(await page.evaluate(() => Reflect.get(globalThis, 'clicks') as number)).toBe(4);
    await page.getByText('sync.period.completed.initial').waitFor();
    expect(await page.getByText('Asked for a first sync at once').count()).toBe(1);
    expect(await violationsOn(page)).toEqual([]);
    await takePicture(page, 'demo-light');
    const before = (await readFacts()).merchant.companyId;
    await press('Start over');
    await heading('Choose what to sync');
    expect((await readFacts()).merchant.companyId).not.toBe(before);
    const headers = { authorization: `Bearer ${facts.apiKey}` };
    await eventually(async () => (await fetch(at(`/v1/companies/${before}`), { headers })).status === 404, {
      what: 'the merchant before to be gone',
    });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it.each([
    { width: 320, colorScheme: 'dark' },
    { width: 768, colorScheme: 'light' },
  ] as const)('finds nothing beside the edge and nothing too pale at $width px, $colorScheme', async (look) => {
    const { width, colorScheme } = look;
    const { page } = await visit({ viewport: { width, height: 800 }, colorScheme });
    await page.getByRole('button', { name: 'Continue' }).waitFor();
    await page.getByText('Opened a session').first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    expect(await violationsOn(page)).toEqual([]);
    await page.context().close();
  });
});

describe('with a public address', () => {
  it('the page is there, and takes whoever opens it under another name along', async () => {
    const port = await freePort();
    const home = `http://127.0.0.1:${port}`;
    const open = await startDemo({ PORT: String(port), PUBLIC_URL: home });
    try {
      expect(open.running.output()).toContain(`Set-up page    ${home}/demo`);
      const page = await browser.newPage();
      await page.goto(`http://localhost:${port}/demo`);
      await page.waitForURL(`${home}/demo`);
      await page.getByRole('heading', { name: 'Choose what to sync' }).waitFor();
      await page.close();
    } finally {
      await open.stop();
    }
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
