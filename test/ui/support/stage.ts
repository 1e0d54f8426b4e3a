import type { Page } from 'playwright-core';
import { instant } from '../../../src/domain/time/instant.js';
import { embeddingPage, type Embedding } from './embedding-page.js';
import { newPage, newShop, openSession, startFlowWorld, type FlowWorld, type Shop } from './flow-world.js';

/** The evening before a day of the merchant’s begins, in London. */
export const EVENING = '2026-11-22T23:30:00Z';
export const DAILY = { selectedFrequency: 'Daily', syncHour: 0, timeZone: 'Europe/London' };

export interface Visit {
  /** What the clock shows; the evening unless given. */
  readonly at?: string;
  readonly shop?: Shop;
  readonly session?: Readonly<Record<string, unknown>>;
  readonly embedding?: Embedding;
  /** Before the page is opened. */
  readonly before?: (page: Page) => Promise<unknown>;
}

/** A SaaS whose merchants' pages are looked at. Nothing runs there, so that every moment can be shown. */
export class Stage {
  private pages = 0;

  constructor(readonly flow: FlowWorld) {}

  static async set(): Promise<Stage> {
    return new Stage(await startFlowWorld());
  }

  /** A merchant's browser on the page of the SaaS; without a shop in a new one, with nothing set up. */
  async visit({ at = EVENING, shop, session = {}, embedding = {}, before }: Visit = {}): Promise<Page> {
    const { world, site } = this.flow;
    world.clock.runFrom(instant(at));
    const own = shop ?? (await newShop(this.flow));
    site.openSession = async () => (await openSession(this.flow, own, { ttlSeconds: 14_400, ...session })).token;
    const { page } = await newPage(this.flow);
    await before?.(page);
    this.pages += 1;
    await page.goto(site.put(`look${this.pages}`, embeddingPage({ css: 'h1 { display: block }', ...embedding })));
    return page;
  }

  /** A shop with a sync of every day, set up at a moment. */
  async configured(startDate: string, at: string = EVENING): Promise<Shop & { readonly syncId: string }> {
    const { world, client } = this.flow;
    world.clock.runFrom(instant(at));
    const shop = await newShop(this.flow);
    const sync = await client.api('POST', `/v1/connections/${shop.connectionId}/syncs`, {
      schedule: { ...DAILY, startDate },
    });
    return { ...shop, syncId: sync.body.id };
  }

  close(): Promise<void> {
    return this.flow.close();
  }
}

export const press = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click();

export const goToWhen = async (page: Page): Promise<void> => {
  await press(page, 'Continue');
  await page.locator('.preview .periods').waitFor();
};

export const goToReview = async (page: Page): Promise<void> => {
  await goToWhen(page);
  await press(page, 'Continue');
  await page.locator('.settings').waitFor();
  await page.locator('.preview .periods').waitFor();
};
