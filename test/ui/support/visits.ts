import type { BrowserContextOptions, Page } from 'playwright-core';
import { embeddingPage, type Embedding } from './embedding-page.js';
import { newPage, openSession, type FlowWorld, type Shop } from './flow-world.js';

export interface Visit {
  readonly session?: Readonly<Record<string, unknown>>;
  readonly embedding?: Embedding;
  /** Of a session that was opened before; else one is opened when the page asks. */
  readonly token?: string;
  readonly context?: BrowserContextOptions;
  /** Before the page is opened. */
  readonly before?: (page: Page) => Promise<unknown>;
}

let pages = 0;

/** A merchant's browser on the page of the SaaS, which asks for tokens as often as it needs one. */
export async function visit(
  flow: FlowWorld,
  shop: Shop,
  { session = {}, token, embedding, context, before }: Visit = {},
) {
  flow.site.openSession = async () => token ?? (await openSession(flow, shop, session)).token;
  const opened = await newPage(flow, context);
  pages += 1;
  const url = flow.site.put(
    `visit${pages}`,
    embeddingPage({ ...embedding, css: `h1 { display: block } ${embedding?.css ?? ''}` }),
  );
  await before?.(opened.page);
  await opened.page.goto(url);
  return { ...opened, url };
}

export const press = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click();

export const heading = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole('heading', { name }).waitFor();

/** The preview has come. */
export const previewed = (page: Page): Promise<void> => page.locator('.preview .periods tbody tr').first().waitFor();

export async function goToReview(page: Page): Promise<void> {
  await press(page, 'Continue');
  await heading(page, 'Set the schedule');
  await press(page, 'Continue');
  await heading(page, 'Check and confirm');
  await previewed(page);
}

export async function setUp(page: Page): Promise<void> {
  await goToReview(page);
  await press(page, 'Start syncing');
  await heading(page, 'You’re all set');
}

/** Edits of a shop's only sync so far, the newest first. */
export async function editsOf({ client }: FlowWorld, { companyId }: Shop) {
  const [sync] = (await client.api('GET', `/v1/syncs?companyId=${companyId}`)).body.data;
  return (await client.api('GET', `/v1/syncs/${sync.id}/edits`)).body.data as readonly unknown[];
}

/** The tab is looked at again: what a page reads from time to time it then reads at once. */
export const lookAgain = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));

/** Changes the element as the script of its page would. */
export const change = (page: Page, properties: Readonly<Record<string, unknown>>): Promise<void> =>
  page.evaluate((given) => void Object.assign(document.querySelector('sync-flow') ?? {}, given), properties);
