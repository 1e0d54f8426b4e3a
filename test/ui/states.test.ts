import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { violationsOn } from './support/axe.js';
import { eventsOf, newShop, openSession, startFlowWorld, type FlowWorld, type Shop } from './support/flow-world.js';
import { change, editsOf, goToReview, heading, press, previewed, setUp, visit } from './support/visits.js';

const SCHEDULE = { selectedFrequency: 'Daily', startDate: '2026-11-01', timeZone: 'Europe/London' };

let flow: FlowWorld;
beforeAll(async () => {
  flow = await startFlowWorld();
  flow.world.clock.runFrom(instant('2026-11-22T16:30:00Z'));
});
afterAll(() => flow.close());

const errorsOf = async (page: Page) => (await eventsOf(page)).filter(({ name }) => name === 'error');

/** What a proxy before the product answers while that is being restarted. */
async function breakDown(page: Page, path: string): Promise<() => Promise<void>> {
  const address = `${flow.world.baseUrl}/flow/v1/${path}*`;
  const headers = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'x-request-id' };
  await page.route(address, (route) =>
    route.fulfill({ status: 503, headers: { ...headers, 'x-request-id': 'req_0815' }, body: 'no upstream' }),
  );
  return () => page.unroute(address);
}

async function syncOf({ companyId }: Shop) {
  const [sync] = (await flow.client.api('GET', `/v1/syncs?companyId=${companyId}`)).body.data;
  return sync as { readonly id: string; readonly schedule: Readonly<Record<string, unknown>> };
}

describe('a preview that the server cannot give', () => {
  it('is said, keeps the confirmation waiting, and is asked for again by a press', async () => {
    const { page } = await visit(flow, await newShop(flow));
    const repair = await breakDown(page, 'preview');
    await press(page, 'Continue');
    await page.getByText('We can’t show the preview right now.').waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await press(page, 'Continue');
    await heading(page, 'Check and confirm');
    const start = page.getByRole('button', { name: 'Start syncing' });
    expect(await start.getAttribute('aria-disabled')).toBe('true');
    await page.getByText('We can’t show the preview right now.').waitFor();
    await repair();
    await press(page, 'Try again');
    await previewed(page);
    await start.click();
    await heading(page, 'You’re all set');
  });
});

describe('a save that the server cannot do', () => {
  it('loses nothing, quotes what to tell the operator, and can be pressed again', async () => {
    const shop = await newShop(flow);
    const { page } = await visit(flow, shop);
    await page.getByLabel('Payouts').uncheck();
    await goToReview(page);
    const repair = await breakDown(page, 'configuration');
    await press(page, 'Start syncing');
    await page.getByText('That didn’t work.').waitFor();
    await page.getByText('quote code req_0815').waitFor();
    expect(await violationsOn(page)).toEqual([]);
    expect(await errorsOf(page)).toMatchObject([{ detail: { correlationId: 'req_0815', userRecoverable: true } }]);
    await repair();
    await press(page, 'Start syncing');
    await heading(page, 'You’re all set');
    expect(await editsOf(flow, shop)).toHaveLength(1);
  });
});

describe('a page that cannot be opened', () => {
  it('says so, and opens by a press once the server is back', async () => {
    const { page } = await visit(flow, await newShop(flow), { before: (opened) => breakDown(opened, 'session') });
    await heading(page, 'That didn’t work.');
    await page.getByText('quote code req_0815').waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await page.unrouteAll();
    await press(page, 'Try again');
    await heading(page, 'Choose what to sync');
  });

  it('is the end where it is not clear any more what is to be synced, and says where to go back to', async () => {
    const shop = await newShop(flow);
    const { token } = await openSession(flow, shop);
    const body = { platform: 'rest', name: 'Second till', settings: flow.source.settings() };
    const second = await flow.client.api('POST', `/v1/companies/${shop.companyId}/connections`, body);
    expect(second.status).toBe(201);
    const { page } = await visit(flow, shop, { token });
    await heading(page, 'We can’t open sync settings.');
    await page.getByText('Go back to your app and open this page again.').waitFor();
    expect(await violationsOn(page)).toEqual([]);
    const ends = (await eventsOf(page)).map(({ name, detail }) => [name, detail]);
    expect(ends).toEqual([
      ['error', expect.objectContaining({ code: 'nothing_to_sync', userRecoverable: false })],
      ['exit', { reason: 'closed', step: 'choose', dirty: false }],
    ]);
  });
});

describe('a new day between the preview and the confirmation', () => {
  it('shows the dates as they are by now, those that moved marked, and asks once more', async () => {
    flow.world.clock.runFrom(instant('2026-11-23T23:55:00Z'));
    const shop = await newShop(flow);
    const { page } = await visit(flow, shop);
    await goToReview(page);
    flow.world.clock.runFrom(instant('2026-11-24T00:05:00Z'));
    await press(page, 'Start syncing');
    await page.getByText('The dates moved on.').waitFor();
    await page.getByText('It’s a new day in Europe/London').waitFor();
    expect(await page.locator('.periods .moved').count()).toBeGreaterThan(0);
    expect(await violationsOn(page)).toEqual([]);
    await press(page, 'Start syncing');
    await heading(page, 'You’re all set');
    expect(await editsOf(flow, shop)).toHaveLength(1);
  });
});

describe('a session that may only look', () => {
  it('shows the settings as text, with whom to ask, and nothing to press', async () => {
    const shop = await newShop(flow);
    await setUp((await visit(flow, shop)).page);
    const { page, complaints } = await visit(flow, shop, { session: { readOnly: true, view: 'setup' } });
    await heading(page, 'Your sync settings');
    await page.getByText('Ask an admin at Acme POS to change these settings.').waitFor();
    await previewed(page);
    expect(await page.locator('sync-flow').getByRole('button').count()).toBe(0);
    expect(await page.locator('sync-flow').locator('input, select').count()).toBe(0);
    expect(await violationsOn(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('has no actions beside the status either', async () => {
    const shop = await newShop(flow);
    await setUp((await visit(flow, shop)).page);
    const { page } = await visit(flow, shop, { session: { readOnly: true } });
    await heading(page, 'Sync status');
    await page.getByText('Not started').waitFor();
    expect(await page.getByRole('button', { name: /Pause|Sync now|Change/ }).count()).toBe(0);
  });
});

describe('settings that somebody else has changed meanwhile', () => {
  it('are put beside the draft, and the draft is saved on top of them where the merchant says so', async () => {
    const shop = await newShop(flow);
    const first = await visit(flow, shop, { session: { actor: { id: 'u_7', name: 'Sam' } } });
    await setUp(first.page);
    const second = await visit(flow, shop);
    await heading(second.page, 'Sync status');
    const { id } = await syncOf(shop);
    const moved = await flow.client.api('PATCH', `/v1/syncs/${id}`, { schedule: { ...SCHEDULE, syncHour: 7 } });
    expect(moved.status).toBe(200);
    await press(second.page, 'Change settings');
    await second.page.getByLabel('Payouts').uncheck();
    await goToReview(second.page);
    await press(second.page, 'Save changes');
    await heading(second.page, 'These settings changed while you were editing.');
    await second.page.getByRole('row', { name: /Day starts at 07:00 00:00/ }).waitFor();
    expect(await violationsOn(second.page)).toEqual([]);
    await press(second.page, 'Keep my changes');
    await heading(second.page, 'Check and confirm');
    await previewed(second.page);
    await press(second.page, 'Save changes');
    await heading(second.page, 'Your changes are saved');
    expect((await syncOf(shop)).schedule).toMatchObject({ syncHour: 0 });
  });

  it('are taken where the merchant says so, and then nothing is left to save', async () => {
    const shop = await newShop(flow);
    await setUp((await visit(flow, shop)).page);
    const { page } = await visit(flow, shop);
    await heading(page, 'Sync status');
    const { id } = await syncOf(shop);
    await flow.client.api('PATCH', `/v1/syncs/${id}`, { schedule: { ...SCHEDULE, syncHour: 7 } });
    await press(page, 'Change settings');
    await page.getByLabel('Payouts').uncheck();
    await goToReview(page);
    await press(page, 'Save changes');
    await press(page, 'Use the saved settings');
    await page.getByText('You haven’t changed anything.').waitFor();
    expect(await page.locator('.settings').textContent()).toContain('07:00');
  });

  it('begin anew where they have been removed, with the choices kept', async () => {
    const shop = await newShop(flow);
    await setUp((await visit(flow, shop)).page);
    const { page } = await visit(flow, shop);
    await heading(page, 'Sync status');
    await press(page, 'Change settings');
    await page.getByLabel('Payouts').uncheck();
    await goToReview(page);
    const { id } = await syncOf(shop);
    expect((await flow.client.api('DELETE', `/v1/syncs/${id}`)).status).toBe(204);
    await press(page, 'Save changes');
    await page.getByText('These settings were removed while you were editing.').waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await previewed(page);
    await press(page, 'Start syncing');
    await heading(page, 'You’re all set');
    const { id: anew } = await syncOf(shop);
    expect(anew).not.toBe(id);
  });
});

describe('a session that ends while a draft is being made', () => {
  it('goes on where it was, with a token that the page brings', async () => {
    const shop = await newShop(flow);
    const { token } = await openSession(flow, shop);
    const more = `flow.fetchToken = undefined; flow.token = ${JSON.stringify(token)};`;
    const { page } = await visit(flow, shop, { embedding: { more } });
    await page.getByLabel('Payouts').uncheck();
    await goToReview(page);
    await flow.client.api('POST', `/v1/companies/${shop.companyId}/flow-sessions/expire-all`);
    await press(page, 'Start syncing');
    await heading(page, 'This page timed out.');
    expect(await violationsOn(page)).toEqual([]);
    await change(page, { token: (await openSession(flow, shop)).token });
    await heading(page, 'Check and confirm');
    await previewed(page);
    expect(await page.locator('.settings').textContent()).not.toContain('Payouts');
    await press(page, 'Start syncing');
    await heading(page, 'You’re all set');
  });
});

describe('a save without a connection', () => {
  it('is withdrawn by a step back, and not sent behind the merchant’s back', async () => {
    const shop = await newShop(flow);
    const { page } = await visit(flow, shop);
    await goToReview(page);
    await page.context().setOffline(true);
    await press(page, 'Start syncing');
    await page.getByText('We’ll save as soon as you’re connected.').waitFor();
    await page.getByRole('button', { name: 'Waiting for a connection…' }).waitFor();
    await press(page, 'Back');
    await heading(page, 'Set the schedule');
    await page.context().setOffline(false);
    await page.getByText('You’re offline.').waitFor({ state: 'detached' });
    await previewed(page);
    expect((await flow.client.api('GET', `/v1/syncs?companyId=${shop.companyId}`)).body.data).toEqual([]);
  });
});
