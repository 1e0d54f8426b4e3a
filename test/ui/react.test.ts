import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { bundled } from './support/bundle.js';
import {
  eventsOf,
  newPage,
  newShop,
  openSession,
  startFlowWorld,
  type FlowWorld,
  type Shop,
} from './support/flow-world.js';
import { heading, press, setUp } from './support/visits.js';

let flow: FlowWorld;
let url: string;
beforeAll(async () => {
  flow = await startFlowWorld();
  flow.world.clock.runFrom(instant('2026-11-22T16:30:00Z'));
  const script = await bundled('test/ui/support/react-page.ts', { API_BASE: JSON.stringify(flow.world.baseUrl) });
  url = flow.site.put('react', { body: '<main></main>', script, embeds: [] });
});
afterAll(() => flow.close());

async function visit(shop: Shop) {
  flow.site.openSession = async () => (await openSession(flow, shop)).token;
  const opened = await newPage(flow);
  await opened.page.goto(url);
  return opened;
}

const change = (page: Page, props: Readonly<Record<string, unknown>>): Promise<void> =>
  page.evaluate((given) => (globalThis as unknown as { change: (props: unknown) => void }).change(given), props);

describe('the React component', () => {
  it('leads to a saved configuration, and calls what it was given, in StrictMode and under the strictest policy', async () => {
    const { page, complaints } = await visit(await newShop(flow));
    await setUp(page);
    expect((await eventsOf(page)).map(({ name }) => name)).toEqual(['ready', 'step', 'step', 'step', 'complete']);
    expect(await page.locator('sync-flow.setup').count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  it('follows its properties, asks for one token however often it is rendered, and says when it is gone', async () => {
    const given = flow.site.tokensGiven;
    const { page } = await visit(await newShop(flow));
    await page.getByLabel('Payouts').uncheck();
    await change(page, { locale: 'de', headingLevel: 3 });
    await page.getByRole('heading', { level: 3, name: 'Was soll synchronisiert werden?' }).waitFor();
    await change(page, {});
    await heading(page, 'Choose what to sync');
    expect(await page.getByLabel('Payouts').isChecked()).toBe(false);
    await press(page, 'Continue');
    await heading(page, 'Set the schedule');
    expect(flow.site.tokensGiven - given).toBe(1);
    await page.evaluate(() => (globalThis as unknown as { end: () => void }).end());
    await page.waitForFunction(() => document.querySelector('sync-flow') === null);
    const exits = (await eventsOf(page)).filter(({ name }) => name === 'exit');
    expect(exits).toEqual([{ name: 'exit', detail: { reason: 'closed', step: 'when', dirty: true } }]);
  });
});
