import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { eventually } from '../support/eventually.js';
import { violationsOn } from './support/axe.js';
import { eventsOf, newPage, newShop, openSession, startFlowWorld, type FlowWorld } from './support/flow-world.js';
import { editsOf, goToReview, heading, press, setUp, visit } from './support/visits.js';

let flow: FlowWorld;
beforeAll(async () => {
  flow = await startFlowWorld();
  flow.world.clock.runFrom(instant('2026-11-22T16:30:00Z'));
});
afterAll(() => flow.close());

describe('the default path', () => {
  it('is three clicks and no key, under the strictest policy, without one complaint', async () => {
    const { page, complaints } = await visit(flow, await newShop(flow));
    await setUp(page);
    expect((await eventsOf(page)).map(({ name }) => name)).toEqual(['ready', 'step', 'step', 'step', 'complete']);
    expect(complaints).toEqual([]);
    await press(page, 'View status');
    await page.getByText('Not started').waitFor();
    expect(await page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length])).toEqual([
      '',
      0,
      0,
    ]);
  });

  it('can be gone with the keyboard alone, and each step moves the focus to its heading', async () => {
    const { page } = await visit(flow, await newShop(flow));
    await heading(page, 'Choose what to sync');
    const focused = () =>
      page.evaluate(() => document.querySelector('sync-flow')?.shadowRoot?.activeElement?.textContent);
    expect(await focused()).toBeUndefined();
    const tabTo = async (name: string) => {
      for (let presses = 0; presses < 20 && (await focused()) !== name; presses += 1) await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
    };
    await tabTo('Continue');
    await heading(page, 'Set the schedule');
    await eventually(async () => (await focused()) === 'Set the schedule', { what: 'the focus on the heading' });
    await tabTo('Continue');
    await heading(page, 'Check and confirm');
    await page.getByRole('cell', { name: /days/ }).first().waitFor();
    await tabTo('Start syncing');
    await heading(page, 'You’re all set');
  });

  it('is a single click where the session merges its pages', async () => {
    const { page } = await visit(flow, await newShop(flow), { session: { features: { express: true } } });
    await page.getByRole('cell', { name: /days/ }).first().waitFor();
    await press(page, 'Start syncing');
    await heading(page, 'You’re all set');
  });
});

describe('what a merchant chooses', () => {
  it('is what is saved, by whom the session says', async () => {
    const shop = await newShop(flow);
    const { page } = await visit(flow, shop, { session: { actor: { id: 'u_7', name: 'Sam' } } });
    await page.getByLabel('Payouts').check();
    await press(page, 'Continue');
    await press(page, 'Start of year');
    await page.getByRole('combobox', { name: 'Time zone' }).fill('calcutta');
    await page.getByRole('option').first().click();
    await page.getByLabel('Day starts at').selectOption('5');
    await page.getByText('The first day counts from').waitFor();
    await press(page, 'Continue');
    await press(page, 'Start syncing');
    await heading(page, 'You’re all set');
    const complete = (await eventsOf(page)).find(({ name }) => name === 'complete');
    expect(complete?.detail).toMatchObject({
      configuration: {
        startDate: '2026-01-01',
        timeZone: 'Asia/Kolkata',
        syncHour: 5,
        models: expect.arrayContaining(['payouts']),
      },
    });
    expect(JSON.stringify(await editsOf(flow, shop))).toContain('Sam');
  });

  it('is refused where it is wrong, beside the field, which has the focus', async () => {
    const { page } = await visit(flow, await newShop(flow));
    await press(page, 'Continue');
    await page.getByLabel('Start date').fill('1960-01-01');
    await press(page, 'Continue');
    await page.getByText('Choose a date between').waitFor();
    const focused = await page.evaluate(() => document.querySelector('sync-flow')?.shadowRoot?.activeElement?.id);
    expect(focused).toBe('startDate');
  });
});

describe('a draft', () => {
  it('outlives the session: one click goes on where it was', async () => {
    const shop = await newShop(flow);
    const { page } = await visit(flow, shop);
    await page.getByLabel('Payouts').check();
    await goToReview(page);
    await flow.client.api('POST', `/v1/companies/${shop.companyId}/flow-sessions/expire-all`);
    const given = flow.site.tokensGiven;
    flow.site.openSession = () => Promise.resolve('fst_no-session-has-this-token-anywhere-in-the-world');
    await press(page, 'Start syncing');
    await heading(page, 'This page timed out.');
    expect(flow.site.tokensGiven).toBe(given + 1);
    flow.site.openSession = async () => (await openSession(flow, shop)).token;
    await press(page, 'Continue');
    await heading(page, 'Check and confirm');
    await page.getByText('Payouts').first().waitFor();
    await page.getByRole('cell', { name: /days/ }).first().waitFor();
    await press(page, 'Start syncing');
    await heading(page, 'You’re all set');
  });

  it('is saved once the connection is back', async () => {
    const shop = await newShop(flow);
    const { page } = await visit(flow, shop);
    await goToReview(page);
    await page.context().setOffline(true);
    await press(page, 'Start syncing');
    await page.getByText('You’re offline.').waitFor();
    await page.context().setOffline(false);
    await heading(page, 'You’re all set');
    expect(await editsOf(flow, shop)).toHaveLength(1);
  });

  it('is put beside what somebody else has saved, and either can be taken', async () => {
    const shop = await newShop(flow);
    const first = await visit(flow, shop);
    const second = await visit(flow, shop);
    await goToReview(second.page);
    await setUp(first.page);
    await press(second.page, 'Start syncing');
    await heading(second.page, 'These settings changed while you were editing.');
    await press(second.page, 'Keep my changes');
    await heading(second.page, 'Check and confirm');
  });
});

describe('the hosted page', () => {
  it('uses its code up for a token, and clears it from the address', async () => {
    const shop = await newShop(flow);
    const { hostedUrl } = await openSession(flow, shop, { redirectUrl: `${flow.site.origin}/done` });
    const { page, complaints } = await newPage(flow);
    await page.goto(hostedUrl);
    await heading(page, 'Choose what to sync');
    expect(page.url()).not.toContain('#');
    await setUp(page);
    expect(await page.getByRole('link', { name: 'Back to Acme POS' }).getAttribute('href')).toBe(
      `${flow.site.origin}/done`,
    );
    expect(complaints).toEqual([]);
    const again = await newPage(flow);
    await again.page.goto(hostedUrl);
    await heading(again.page, 'This page timed out.');
  });
});

describe('an element', () => {
  it('looks the same on a page whose styles undo everything', async () => {
    const css = '* { all: unset } label { display: none }';
    const { page } = await visit(flow, await newShop(flow), { embedding: { css } });
    await press(page, 'Continue');
    await page.getByLabel('Start date').waitFor();
    const { width } = (await page.locator('sync-flow').boundingBox()) ?? { width: 0 };
    expect(width).toBeGreaterThan(280);
  });
});

describe('a dialog', () => {
  it('shows the flow over the page, closes by Escape, and tells how it ended', async () => {
    const shop = await newShop(flow);
    const more = `
      const { SyncFlow } = await import('${flow.world.baseUrl}/embed/0/sync-flow.js');
      flow.remove();
      const dialog = SyncFlow.open({ fetchToken: flow.fetchToken });
      globalThis.ended = dialog.result;
    `;
    const { page, complaints } = await visit(flow, shop, { embedding: { more } });
    await page.getByRole('dialog', { name: 'Choose what to sync' }).waitFor();
    await press(page, 'Continue');
    await page.getByRole('dialog', { name: 'Set the schedule' }).waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await page.keyboard.press('Escape');
    const ended = await page.evaluate(() => (globalThis as unknown as { ended: Promise<unknown> }).ended);
    expect(ended).toMatchObject({ reason: 'closed', step: 'when' });
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('closes by its button, and answers what was saved in it', async () => {
    const more = `
      const { SyncFlow } = await import('${flow.world.baseUrl}/embed/0/sync-flow.js');
      flow.remove();
      globalThis.ended = SyncFlow.open({ fetchToken: flow.fetchToken, colorScheme: 'dark' }).result;
    `;
    const { page } = await visit(flow, await newShop(flow), { embedding: { more } });
    await page.getByRole('dialog').waitFor();
    await setUp(page);
    await press(page, 'Close');
    const ended = await page.evaluate(() => (globalThis as unknown as { ended: Promise<unknown> }).ended);
    expect(ended).toMatchObject({
      reason: 'complete',
      version: expect.any(Number),
      configuration: { timeZone: 'Europe/London' },
    });
    expect(await page.getByRole('dialog').count()).toBe(0);
  });
});

describe('the hosted page in a frame', () => {
  it('talks to the page that the session allows, and never of the token', async () => {
    const shop = await newShop(flow);
    const { hostedUrl, token } = await openSession(flow, shop);
    const url = flow.site.put('framing', {
      body: `<iframe title="Setup" src="${hostedUrl}" width="480" height="900"></iframe>`,
      script: `globalThis.heard = []; addEventListener('message', ({ data, origin }) => heard.push({ origin, data }));`,
      csp: `default-src 'none'; script-src 'self'; style-src 'self'; frame-src ${flow.world.baseUrl}`,
    });
    const { page } = await newPage(flow);
    await page.goto(url);
    await page.frameLocator('iframe').getByRole('button', { name: 'Continue' }).click();
    await page.frameLocator('iframe').getByRole('heading', { name: 'Set the schedule' }).waitFor();
    const heard = await eventually(async () => {
      const messages = await page.evaluate(
        () => (globalThis as unknown as { heard: { origin: string; data: { type: string } }[] }).heard,
      );
      return messages.some(({ data }) => data.type === 'syncflow-step') && messages;
    });
    expect(new Set(heard.map(({ origin }) => origin))).toEqual(new Set([flow.world.baseUrl]));
    expect(heard.map(({ data }) => data.type)).toEqual(
      expect.arrayContaining(['syncflow-ready', 'syncflow-step', 'resize']),
    );
    expect(JSON.stringify(heard)).not.toContain('fst_');
    expect(JSON.stringify(heard)).not.toContain(token);
  });
});

it('axe looks into the shadow root: a text that is too pale is found there', async () => {
  const { page } = await visit(flow, await newShop(flow), {
    embedding: { css: 'sync-flow::part(heading) { color: #c8ccd1 }' },
  });
  await heading(page, 'Choose what to sync');
  expect((await violationsOn(page)).filter((found) => found.startsWith('color-contrast'))).toHaveLength(1);
});

describe.each([
  { width: 320, colorScheme: 'light', lang: 'en-GB' },
  { width: 460, colorScheme: 'dark', lang: 'en-GB' },
  { width: 320, colorScheme: 'dark', lang: 'ar' },
  { width: 768, colorScheme: 'light', lang: 'ar' },
] as const)('$width px, $colorScheme, $lang', ({ width, colorScheme, lang }) => {
  it('has nothing that axe finds, and nothing beside the edge, on any screen', async () => {
    const dir = lang === 'ar' ? 'rtl' : 'ltr';
    const context = { viewport: { width, height: 900 }, colorScheme };
    const { page, complaints } = await visit(flow, await newShop(flow), {
      embedding: { lang, dir },
      context,
    });
    const primary = page.locator('.button.primary');
    const look = async (part: string) => {
      await page.locator(part).first().waitFor();
      expect(await violationsOn(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    };
    await look('.options');
    await primary.click();
    await look('.preview .periods');
    await page.locator('#timeZone').fill('par');
    await look('.zone');
    await page.keyboard.press('Escape');
    await primary.click();
    await look('.settings');
    await page.locator('.preview .periods').waitFor();
    await primary.click();
    await look('.done');
    await primary.click();
    await look('.summary');
    expect(complaints).toEqual([]);
  });
});
