import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { embeddingPage } from './support/embedding-page.js';
import { eventsOf, newPage, newShop, openSession, startFlowWorld, type FlowWorld } from './support/flow-world.js';
import { change, heading, press, setUp, visit } from './support/visits.js';

let flow: FlowWorld;
beforeAll(async () => {
  flow = await startFlowWorld();
  flow.world.clock.runFrom(instant('2026-11-22T16:30:00Z'));
});
afterAll(() => flow.close());

/** A computed style of what is in the shadow root. */
const styleOf = (page: Page, part: string, property: string): Promise<string> =>
  page
    .locator(part)
    .first()
    .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);

type Callable = HTMLElement & Readonly<Record<'refresh' | 'reset', () => Promise<void>>>;

const call = (page: Page, method: 'refresh' | 'reset'): Promise<void> =>
  page.evaluate((name) => document.querySelector<Callable>('sync-flow')?.[name](), method);

describe('an attribute that changes while the element lives', () => {
  it('locale: speaks the other language, in its direction, without losing the draft', async () => {
    const { page } = await visit(flow, await newShop(flow));
    await page.getByLabel('Payouts').uncheck();
    await change(page, { locale: 'de' });
    await heading(page, 'Was soll synchronisiert werden?');
    await change(page, { locale: 'ar' });
    await page.locator('sync-flow[dir="rtl"]').waitFor();
    await change(page, { locale: null });
    await heading(page, 'Choose what to sync');
    expect(await page.locator('sync-flow').getAttribute('dir')).toBe('ltr');
    expect(await page.getByLabel('Payouts').isChecked()).toBe(false);
  });

  it('theme: changes its colours, and keeps them readable', async () => {
    const { page } = await visit(flow, await newShop(flow));
    await heading(page, 'Choose what to sync');
    await change(page, { theme: { accent: '#7a1fa2', radius: '3px' } });
    await page.waitForFunction(
      () =>
        getComputedStyle(
          document.querySelector('sync-flow')?.shadowRoot?.querySelector('.button.primary') ?? document.body,
        ).backgroundColor === 'rgb(122, 31, 162)',
    );
    expect(await styleOf(page, '.button.primary', 'color')).toBe('rgb(255, 255, 255)');
    expect(await styleOf(page, '.button.primary', 'border-radius')).toBe('3px');
    await change(page, { theme: { accent: '#ffe14d' } });
    await page.waitForFunction(
      () =>
        getComputedStyle(
          document.querySelector('sync-flow')?.shadowRoot?.querySelector('.button.primary') ?? document.body,
        ).borderTopLeftRadius === '10px',
    );
    expect(await styleOf(page, '.button.primary', 'background-color')).not.toBe('rgb(255, 225, 77)');
  });

  it('color-scheme, density and heading-level: at once', async () => {
    const { page } = await visit(flow, await newShop(flow), { context: { colorScheme: 'light' } });
    await heading(page, 'Choose what to sync');
    expect(await styleOf(page, '.root', 'background-color')).toBe('rgb(255, 255, 255)');
    await change(page, { colorScheme: 'dark', density: 'compact', headingLevel: 3 });
    await page.getByRole('heading', { level: 3, name: 'Choose what to sync' }).waitFor();
    expect(await styleOf(page, '.root', 'background-color')).toBe('rgb(21, 23, 28)');
    expect(await styleOf(page, '.root', 'font-size')).toBe('15px');
  });

  it('text: says the page’s own words, as text', async () => {
    const { page } = await visit(flow, await newShop(flow));
    await heading(page, 'Choose what to sync');
    await change(page, { text: { 'flow.what.heading': 'Which <b>records</b>?' } });
    await heading(page, 'Which <b>records</b>?');
    await change(page, { text: {} });
    await heading(page, 'Choose what to sync');
  });

  it('view: leads to the status and back, as far as the session allows, and takes no focus', async () => {
    const shop = await newShop(flow);
    await setUp((await visit(flow, shop)).page);
    const { page } = await visit(flow, shop);
    await heading(page, 'Sync status');
    await change(page, { view: 'setup' });
    await heading(page, 'Choose what to sync');
    await change(page, { view: 'status' });
    await heading(page, 'Sync status');
    expect(await page.evaluate(() => document.activeElement?.localName)).toBe('body');
  });

  it('token: is that of the next request', async () => {
    const shop = await newShop(flow);
    const { token } = await openSession(flow, shop);
    const more = `flow.fetchToken = undefined; flow.token = ${JSON.stringify(token)};`;
    const { page } = await visit(flow, shop, { embedding: { more } });
    await heading(page, 'Choose what to sync');
    const next = (await openSession(flow, shop)).token;
    await change(page, { token: next });
    const asked = page.waitForRequest((request) => request.url().endsWith('/flow/v1/preview'));
    await press(page, 'Continue');
    expect((await asked).headers()['authorization']).toBe(`Bearer ${next}`);
  });
});

describe('refresh and reset', () => {
  it('read again what is saved; refresh keeps the draft, reset does not', async () => {
    const shop = await newShop(flow);
    const { page } = await visit(flow, shop);
    await page.getByLabel('Payouts').uncheck();
    await flow.client.api('PATCH', '/v1/client', { name: 'Acme Tills' });
    await call(page, 'refresh');
    await page.getByText('Acme Tills copies these records').waitFor();
    expect(await page.getByLabel('Payouts').isChecked()).toBe(false);
    await call(page, 'reset');
    await page.getByLabel('Payouts').waitFor();
    expect(await page.getByLabel('Payouts').isChecked()).toBe(true);
    await flow.client.api('PATCH', '/v1/client', { name: 'Acme POS' });
  });
});

describe('two elements on a page', () => {
  it('are two flows: what is chosen in one is not in the other', async () => {
    const [first, second] = [await newShop(flow, 'North Shop'), await newShop(flow, 'South Shop')];
    const tokens = [await openSession(flow, first), await openSession(flow, second)].map(({ token }) => token);
    const { page, complaints } = await newPage(flow);
    const url = flow.site.put('two', {
      body: `<main><h1>Acme POS</h1><sync-flow id="one" token="${tokens[0]}"></sync-flow><sync-flow id="two" token="${tokens[1]}" locale="de"></sync-flow></main>`,
    });
    await page.goto(url);
    const [one, two] = [page.locator('#one'), page.locator('#two')];
    await two.getByRole('heading', { name: 'Was soll synchronisiert werden?' }).waitFor();
    await one.getByLabel('Payouts').uncheck();
    await one.getByRole('button', { name: 'Continue' }).click();
    await one.getByRole('heading', { name: 'Set the schedule' }).waitFor();
    expect(await two.getByLabel('Payouts').isChecked()).toBe(true);
    expect(await two.getByRole('heading').textContent()).toBe('Was soll synchronisiert werden?');
    expect(complaints).toEqual([]);
  });
});

describe('the script', () => {
  it('may be loaded twice, in two files: the first one’s element stays, and nothing complains', async () => {
    const { page, complaints } = await visit(flow, await newShop(flow), {
      embedding: { embeds: ['sync-flow.js', 'sync-flow.all.js'] },
    });
    await setUp(page);
    expect((await eventsOf(page)).filter(({ name }) => name === 'ready')).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  it('of one file fetches no other', async () => {
    const scripts: string[] = [];
    const { page, complaints } = await visit(flow, await newShop(flow), {
      embedding: { embeds: ['sync-flow.all.js'] },
      before: async (opened) => void opened.on('request', (request) => scripts.push(request.url())),
    });
    await setUp(page);
    const embedded = scripts.filter((url) => url.includes('/embed/'));
    expect(embedded.map((url) => url.split('/').at(-1))).toEqual(['sync-flow.all.js']);
    expect(complaints).toEqual([]);
  });
});

describe('an element that is moved', () => {
  it('keeps its draft and its screen, and asks the server nothing again', async () => {
    const more = `globalThis.move = () => { const to = document.createElement('section'); document.body.append(to); to.append(flow) };`;
    const { page } = await visit(flow, await newShop(flow), { embedding: { more } });
    await page.getByLabel('Payouts').uncheck();
    const given = flow.site.tokensGiven;
    await page.evaluate(() => (globalThis as unknown as { move: () => void }).move());
    expect(await page.locator('section sync-flow').getByLabel('Payouts').isChecked()).toBe(false);
    expect(flow.site.tokensGiven).toBe(given);
    expect((await eventsOf(page)).filter(({ name }) => name === 'exit')).toEqual([]);
  });

  it('out of the page and back later goes on where it was, and has told of both', async () => {
    const { page } = await visit(flow, await newShop(flow), { embedding: { more: 'globalThis.kept = flow;' } });
    await page.getByLabel('Payouts').uncheck();
    await press(page, 'Continue');
    await heading(page, 'Set the schedule');
    await page.evaluate(async () => {
      const { kept } = globalThis as unknown as { kept: HTMLElement };
      kept.remove();
      await new Promise((resolve) => setTimeout(resolve));
      document.body.append(kept);
    });
    await heading(page, 'Set the schedule');
    await press(page, 'Back');
    expect(await page.getByLabel('Payouts').isChecked()).toBe(false);
    const exits = (await eventsOf(page)).filter(({ name }) => name === 'exit');
    expect(exits).toEqual([{ name: 'exit', detail: { reason: 'closed', step: 'when', dirty: true } }]);
  });
});

it('an element in a dialog of the page’s own is used as anywhere', async () => {
  const shop = await newShop(flow);
  const { token } = await openSession(flow, shop);
  const { page, complaints } = await newPage(flow);
  const embedding = embeddingPage({ more: `document.querySelector('dialog').showModal();` });
  const body = `<h1>Acme POS</h1><dialog aria-label="Setup"><sync-flow token="${token}"></sync-flow></dialog>`;
  await page.goto(flow.site.put('own-dialog', { ...embedding, body }));
  await setUp(page);
  expect(complaints).toEqual([]);
});
