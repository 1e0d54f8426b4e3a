import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant } from '../../src/domain/time/instant.js';
import { violationsOn } from './support/axe.js';
import { newPage, newShop, openSession, startFlowWorld, type FlowWorld } from './support/flow-world.js';
import { heading } from './support/visits.js';

const LOGO = 'https://cdn.acme.example/logo.svg';
const PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><rect width="90" height="30"/></svg>';

let flow: FlowWorld;
beforeAll(async () => {
  flow = await startFlowWorld();
  flow.world.clock.runFrom(instant('2026-11-22T16:30:00Z'));
});
afterAll(() => flow.close());

async function brand(logoUrl: string | undefined): Promise<void> {
  const { branding } = (await flow.client.api('GET', '/v1/client')).body;
  const answer = await flow.client.api('PATCH', '/v1/client', { branding: { ...branding, logoUrl } });
  expect(answer.status).toBe(200);
}

/** The client's own files are on the web, where a test cannot put any: their answer is given here. */
async function visit(answer: (page: Page) => Promise<unknown>) {
  const { hostedUrl } = await openSession(flow, await newShop(flow));
  const opened = await newPage(flow);
  await answer(opened.page);
  await opened.page.goto(hostedUrl);
  await heading(opened.page, 'Choose what to sync');
  return opened;
}

const sign = (page: Page) => page.locator('sync-flow > .sign');

describe('the hosted page says whose it is', () => {
  it('by the client’s logo, which the policy of this page allows and no other picture', async () => {
    await brand(LOGO);
    const { page, complaints } = await visit((opened) =>
      opened.route(LOGO, (route) => route.fulfill({ contentType: 'image/svg+xml', body: PICTURE })),
    );
    const logo = page.getByRole('img', { name: 'Acme POS' });
    await page.waitForFunction(() => document.querySelector<HTMLImageElement>('.sign img')?.naturalWidth === 90);
    expect((await logo.boundingBox())?.height).toBe(32);
    expect(await violationsOn(page)).toEqual([]);
    expect(complaints).toEqual([]);
    const refused = await page.evaluate(
      () =>
        new Promise<boolean>((resolve) => {
          const other = new Image();
          other.addEventListener('error', () => resolve(true));
          other.addEventListener('load', () => resolve(false));
          other.src = 'https://elsewhere.example/logo.svg';
        }),
    );
    expect(refused).toBe(true);
    expect(complaints.join()).toContain('img-src');
  });

  it('by name where the logo does not come', async () => {
    await brand(LOGO);
    const { page } = await visit((opened) => opened.route(LOGO, (route) => route.fulfill({ status: 404 })));
    await sign(page).getByText('Acme POS').waitFor();
    expect(await page.getByRole('img').count()).toBe(0);
  });

  it('by name where there is no logo', async () => {
    await brand(undefined);
    const { page, complaints } = await visit(async () => undefined);
    await sign(page).getByText('Acme POS').waitFor();
    expect(complaints).toEqual([]);
  });
});
