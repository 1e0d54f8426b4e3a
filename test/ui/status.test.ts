import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { eventually } from '../support/eventually.js';
import { query } from '../support/postgres.js';
import { violationsOn } from './support/axe.js';
import { eventsOf, newShop, startFlowWorld, type FlowWorld, type Shop } from './support/flow-world.js';
import { goToReview, heading, lookAgain, press, previewed, setUp, visit } from './support/visits.js';

const SCHEDULE = { selectedFrequency: 'Daily', startDate: '2026-11-01', timeZone: 'Europe/London' };

let flow: FlowWorld;
beforeAll(async () => {
  flow = await startFlowWorld({ roles: 'api,dispatcher,worker' });
  flow.world.clock.runFrom(instant('2026-11-22T16:30:00Z'));
});
afterAll(() => flow.close());

async function openStatus(shop: Shop): Promise<Page> {
  const { page } = await visit(flow, shop);
  await setUp(page);
  await press(page, 'View status');
  await heading(page, 'Sync status');
  await page.getByText('Not started').waitFor();
  return page;
}

const actionsOf = async (page: Page) => (await eventsOf(page)).filter(({ name }) => name === 'action');

async function scheduleOf({ companyId }: Shop) {
  const [sync] = (await flow.client.api('GET', `/v1/syncs?companyId=${companyId}`)).body.data;
  return sync as { readonly id: string; readonly enabled: boolean; readonly schedule: Record<string, unknown> };
}

/** Whether a run of the shop's sync has come so far; read behind the product's back. */
async function runsIn({ connectionId }: Shop, state: string): Promise<boolean> {
  const sql = 'select 1 from run where connection_id = $1 and state = $2';
  return (await query(flow.world.database.superuserUrl, sql, [connectionId, state])).length > 0;
}

describe('a pause', () => {
  it('is told with what it means, ends by a press, and is the host’s to know', async () => {
    const shop = await newShop(flow);
    const page = await openStatus(shop);
    await press(page, 'Pause');
    await page.getByText('When you resume, the next sync covers everything since').waitFor();
    expect(await violationsOn(page)).toEqual([]);
    expect(await page.getByRole('button', { name: 'Sync now' }).count()).toBe(0);
    expect((await scheduleOf(shop)).enabled).toBe(false);
    await press(page, 'Resume');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    expect((await scheduleOf(shop)).enabled).toBe(true);
    expect((await actionsOf(page)).map(({ detail }) => detail)).toEqual([{ action: 'pause' }, { action: 'resume' }]);
  });

  it('does not stand in the way of a change of one’s own', async () => {
    const page = await openStatus(await newShop(flow));
    await press(page, 'Pause');
    await page.getByText('Syncing is paused.').first().waitFor();
    await press(page, 'Change settings');
    await page.getByLabel('Payouts').uncheck();
    await goToReview(page);
    await press(page, 'Save changes');
    await heading(page, 'Your changes are saved');
    await page.getByText('Syncing stays paused until you resume it.').waitFor();
  });

  it('after somebody else’s change leaves that change to be decided about', async () => {
    const shop = await newShop(flow);
    const page = await openStatus(shop);
    const { id } = await scheduleOf(shop);
    await flow.client.api('PATCH', `/v1/syncs/${id}`, { schedule: { ...SCHEDULE, syncHour: 7 } });
    await press(page, 'Pause');
    await page.getByText('Syncing is paused.').first().waitFor();
    await press(page, 'Change settings');
    await page.getByLabel('Payouts').uncheck();
    await goToReview(page);
    await press(page, 'Save changes');
    await heading(page, 'These settings changed while you were editing.');
    expect((await scheduleOf(shop)).schedule).toMatchObject({ syncHour: 7 });
  });

  it('that cannot be asked for says that there is no connection', async () => {
    const page = await openStatus(await newShop(flow));
    await page.context().setOffline(true);
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await press(page, 'Pause');
    await page.getByText('You’re offline.').waitFor();
    await page.context().setOffline(false);
    await page.getByText('You’re offline.').waitFor({ state: 'detached' });
    await press(page, 'Pause');
    await page.getByText('Syncing is paused.').first().waitFor();
  });
});

describe('a sync asked for by hand', () => {
  it('is seen to run, and then what it brought', async () => {
    const shop = await newShop(flow);
    flow.source.rows.push({ id: 'o1', updatedAt: '2026-11-21T10:00:00.000Z' });
    const page = await openStatus(shop);
    flow.source.hold(0);
    await press(page, 'Sync now');
    await eventually(() => runsIn(shop, 'running'), { what: 'a run under way' });
    await lookAgain(page);
    await page.getByText('Syncing now').or(page.getByText('Catching up')).waitFor();
    expect(await violationsOn(page)).toEqual([]);
    flow.source.release();
    await eventually(() => runsIn(shop, 'completed'), { what: 'its success' });
    await lookAgain(page);
    await page.getByText('Up to date through').waitFor();
    expect((await actionsOf(page)).map(({ detail }) => detail)).toEqual([{ action: 'sync-now' }]);
  });
});

describe('the dates', () => {
  it('of the status stay in the saved zone whatever the draft says; those of a preview are in the draft’s', async () => {
    const page = await openStatus(await newShop(flow));
    await page.getByText(/Next sync 23 Nov.* 00:00/).waitFor();
    await press(page, 'Change settings');
    await press(page, 'Continue');
    await previewed(page);
    await page.getByRole('combobox', { name: 'Time zone' }).fill('kolkata');
    await page.getByRole('option').first().click();
    await page.getByText('Asia/Kolkata · now 22:00').waitFor();
    const ready = page.locator('.preview .periods tbody tr').first().locator('td').last();
    await page.locator('.preview[aria-busy="false"]').waitFor();
    expect(await ready.textContent()).toMatch(/00:00/);
    await press(page, 'Back');
    await press(page, 'Back');
    await heading(page, 'Sync status');
    await page.getByText(/Next sync 23 Nov.* 00:00/).waitFor();
  });
});

describe('a change that reads again what was tried before', () => {
  it('says so before it is confirmed', async () => {
    const shop = await newShop(flow);
    const page = await openStatus(shop);
    // The other shops of this file are due as well, and at the same source.
    flow.source.failures.push(...Array.from({ length: 100 }, () => 422));
    flow.world.clock.runFrom(instant('2026-11-23T00:01:00Z'));
    await eventually(() => runsIn(shop, 'errored'), { what: 'a run that failed for good', timeout: 60_000 });
    flow.source.failures.length = 0;
    await lookAgain(page);
    await page.getByRole('cell', { name: 'Failed' }).waitFor();
    await press(page, 'Change settings');
    await press(page, 'Continue');
    await page.getByRole('combobox', { name: 'Time zone' }).fill('paris');
    await page.getByRole('option').first().click();
    await press(page, 'Continue');
    await page.getByText('1 earlier sync is sent again.').waitFor();
    expect(await violationsOn(page)).toEqual([]);
  });
});
