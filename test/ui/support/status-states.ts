import type { Page } from 'playwright-core';
import type { Reach } from './setup-states.js';
import { EVENING, type Stage } from './stage.js';

const showing = async (page: Page, state: string): Promise<Page> => {
  await page.locator('.summary .state').getByText(state, { exact: true }).waitFor();
  return page;
};

/** Set up on one day, and looked at on another, when nothing has run since. */
const waiting = (since: string, at: string, state: string): Reach => {
  return async (stage) => {
    const shop = await stage.configured('2026-11-01', since);
    return showing(await stage.visit({ shop, at }), state);
  };
};

/** Once it is set up, where nothing runs. */
export const STATUS_STATES: Readonly<Record<string, Reach>> = {
  'status-not-started': waiting(EVENING, EVENING, 'Not started'),
  'status-late': waiting('2026-11-21T12:00:00Z', '2026-11-23T01:00:00Z', 'Running late'),
  'status-stalled': waiting('2026-11-21T12:00:00Z', '2026-11-24T01:00:00Z', 'Stalled'),
  'status-paused': async (stage) => {
    const shop = await stage.configured('2026-11-01');
    const page = await stage.visit({ shop });
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    return showing(page, 'Paused');
  },
  'status-offline': async (stage: Stage) => {
    const page = await waiting(EVENING, EVENING, 'Not started')(stage);
    for (const lang of ['ar', 'de', 'ja', 'en-GB']) {
      await page.locator('sync-flow').evaluate((flow, tag) => flow.setAttribute('locale', tag), lang);
      await page.locator(`sync-flow .root[lang='${lang}']`).waitFor();
    }
    await page.context().setOffline(true);
    await page.locator('.banner').waitFor();
    return page;
  },
};
