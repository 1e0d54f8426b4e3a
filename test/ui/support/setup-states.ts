import type { Page } from 'playwright-core';
import { instant } from '../../../src/domain/time/instant.js';
import { newPage, newShop, openSession } from './flow-world.js';
import { EVENING, goToReview, goToWhen, press, type Stage } from './stage.js';

/** Brings a page to a state, through what a merchant does and what can happen to them. */
export type Reach = (stage: Stage) => Promise<Page>;

/** What the product answers when something in it breaks; the header lets the page read it. */
const BROKEN = {
  status: 500,
  headers: { 'access-control-allow-origin': '*' },
  json: { status: 500, code: 'internal_error', title: 'Internal error', requestId: '4f1d7c20b9a83e65' },
};
const refuse = (page: Page, path: string): Promise<unknown> =>
  page.route(`**/flow/v1/${path}*`, (route) => route.fulfill(BROKEN));

const NEXT_DAY = '2026-11-23T00:10:00Z';

/** While it is being set up. */
export const SETUP_STATES: Readonly<Record<string, Reach>> = {
  what: async (stage) => {
    const page = await stage.visit();
    await page.locator('.options').waitFor();
    return page;
  },
  when: async (stage) => {
    const page = await stage.visit();
    await goToWhen(page);
    return page;
  },
  'when-choosing-a-zone': async (stage) => {
    const page = await stage.visit();
    await goToWhen(page);
    await page.locator('#timeZone').fill('par');
    await page.locator('.zone').first().waitFor();
    return page;
  },
  'when-no-zone': async (stage) => {
    const page = await stage.visit();
    await goToWhen(page);
    await page.locator('#timeZone').fill('qqqq');
    await page.locator('.zones.none').waitFor();
    return page;
  },
  'when-wrong': async (stage) => {
    const page = await stage.visit();
    await goToWhen(page);
    await page.getByLabel('Start date').fill('1960-01-01');
    await press(page, 'Continue');
    await page.locator('.error').waitFor();
    return page;
  },
  'when-with-warnings': async (stage) => {
    const page = await stage.visit({ session: { features: { syncHour: true, frequency: true } } });
    await goToWhen(page);
    await press(page, 'Start of year');
    await page.getByLabel('Day starts at').selectOption('5');
    await page.locator('.notes').waitFor();
    return page;
  },
  'when-future': async (stage) => {
    const page = await stage.visit();
    await goToWhen(page);
    await page.getByLabel('Start date').fill('2027-03-27');
    await page.locator('.notes').waitFor();
    return page;
  },
  'when-preview-failed': async (stage) => {
    const page = await stage.visit({ before: (opened) => refuse(opened, 'preview') });
    await press(page, 'Continue');
    await page.locator('.preview-failed').waitFor();
    return page;
  },
  review: async (stage) => {
    const page = await stage.visit();
    await goToReview(page);
    return page;
  },
  'review-of-changes': async (stage) => {
    const page = await stage.visit({ shop: await stage.configured('2026-11-01') });
    await press(page, 'Change settings');
    await page.getByLabel('Payouts').uncheck();
    await goToWhen(page);
    await page.locator('#startDate').fill('2026-10-01');
    await press(page, 'Continue');
    await page.locator('.changes').waitFor();
    await page.locator('.preview .periods').waitFor();
    return page;
  },
  'review-read-only': async (stage) => {
    const shop = await stage.configured('2026-11-01');
    const page = await stage.visit({ shop, session: { readOnly: true, view: 'setup' } });
    await page.locator('.settings').waitFor();
    return page;
  },
  'review-offline': async (stage) => {
    const page = await stage.visit();
    // Languages are fetched when they are needed, which has to be before the connection is lost.
    for (const lang of ['ar', 'de', 'ja', 'en-GB']) {
      await page.locator('sync-flow').evaluate((flow, tag) => flow.setAttribute('locale', tag), lang);
      await page.locator(`sync-flow .root[lang='${lang}']`).waitFor();
    }
    await goToReview(page);
    await page.context().setOffline(true);
    await press(page, 'Start syncing');
    await page.locator('.banner').waitFor();
    return page;
  },
  'review-not-saved': async (stage) => {
    const page = await stage.visit({ before: (opened) => refuse(opened, 'configuration') });
    await goToReview(page);
    await press(page, 'Start syncing');
    await page.locator('.banner').waitFor();
    return page;
  },
  'review-of-a-new-day': async (stage) => {
    const page = await stage.visit();
    await goToReview(page);
    stage.flow.world.clock.runFrom(instant(NEXT_DAY));
    await press(page, 'Start syncing');
    await page.locator('.moved').first().waitFor();
    return page;
  },
  conflict: async (stage) => {
    const shop = await newShop(stage.flow);
    const page = await stage.visit({ shop });
    await goToWhen(page);
    await page.locator('#startDate').fill('2026-10-01');
    await press(page, 'Continue');
    await page.locator('.preview .periods').waitFor();
    const other = await stage.visit({ shop, session: { actor: { id: 'u_2', name: 'Sam' } } });
    await goToReview(other);
    await press(other, 'Start syncing');
    await other.locator('.done').waitFor();
    await other.context().close();
    await press(page, 'Start syncing');
    await page.locator('.sides').waitFor();
    return page;
  },
  done: async (stage) => {
    const page = await stage.visit();
    await goToReview(page);
    await press(page, 'Start syncing');
    await page.locator('.done').waitFor();
    return page;
  },
  express: async (stage) => {
    const page = await stage.visit({ session: { features: { express: true, syncHour: true } } });
    await page.locator('.preview .periods').waitFor();
    return page;
  },
  loading: async (stage) => {
    const page = await stage.visit({
      before: (opened) => opened.route('**/flow/v1/session*', () => undefined),
    });
    await page.locator('.bone').first().waitFor();
    return page;
  },
  expired: async (stage) => {
    const shop = await newShop(stage.flow);
    const page = await stage.visit({ shop });
    await goToReview(page);
    await stage.flow.client.api('POST', `/v1/companies/${shop.companyId}/flow-sessions/expire-all`);
    stage.flow.site.openSession = () => Promise.resolve('fst_no-session-has-this-token-anywhere-in-the-world');
    await press(page, 'Start syncing');
    await page.locator('.ended').waitFor();
    return page;
  },
  invalid: async (stage) => {
    const { flow } = stage;
    const shop = await newShop(flow);
    const before = async () => {
      const { token } = await openSession(flow, shop);
      flow.site.openSession = () => Promise.resolve(token);
      await flow.client.api('DELETE', `/v1/connections/${shop.connectionId}`);
    };
    const page = await stage.visit({ shop, before });
    await page.locator('.ended').waitFor();
    return page;
  },
  failed: async (stage) => {
    const page = await stage.visit({ before: (opened) => refuse(opened, 'session*') });
    await page.locator('.ended').waitFor();
    return page;
  },
  dialog: async (stage) => {
    const more = `
      const { SyncFlow } = await import('${stage.flow.world.baseUrl}/embed/0/sync-flow.js');
      flow.remove();
      SyncFlow.open({ fetchToken: flow.fetchToken });
    `;
    const page = await stage.visit({ embedding: { more } });
    await page.getByRole('dialog', { name: 'Choose what to sync' }).waitFor();
    return page;
  },
  hosted: async (stage) => {
    stage.flow.world.clock.runFrom(instant(EVENING));
    const { hostedUrl } = await openSession(stage.flow, await newShop(stage.flow));
    const { page } = await newPage(stage.flow);
    await page.goto(hostedUrl);
    await page.locator('.options').waitFor();
    return page;
  },
};
