import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { toIso } from '../../../src/domain/time/instant.js';
import { Source } from '../../support/source.js';
import { startWorld, type TestClient, type World, type WorldOptions } from '../../support/world.js';
import { launchChromium } from './chromium.js';
import { HostSite } from './host-site.js';

/** The product, a client of it with a site of its own, a source of data, and a browser to look at it all. */
export interface FlowWorld {
  readonly world: World;
  readonly client: TestClient;
  readonly site: HostSite;
  readonly source: Source;
  readonly browser: Browser;
  close(): Promise<void>;
}

export interface Shop {
  readonly companyId: string;
  readonly connectionId: string;
}

const BRANDING = {
  targetName: 'Xero',
  models: {
    orders: { title: 'Sales', required: true },
    fees: { title: 'Fees', description: 'Card and platform fees' },
    payouts: { title: 'Payouts', description: 'Money paid to your bank' },
  },
};

export async function startFlowWorld(options: WorldOptions = {}): Promise<FlowWorld> {
  const source = await Source.start();
  const world = await startWorld({ outboundAllow: [source.origin], ...options });
  const client = await world.newClient('Acme POS');
  const site = await HostSite.start(world.baseUrl);
  const browser = await launchChromium();
  await client.api('PATCH', '/v1/client', {
    allowedOrigins: [site.origin],
    redirectUrls: [`${site.origin}/done`],
    branding: BRANDING,
  });
  const close = async (): Promise<void> => {
    await browser.close();
    await site.close();
    await world.close();
    await source.close();
  };
  return { world, client, site, source, browser, close };
}

/** A company with one connection of three models, and nothing set up. */
export async function newShop({ client, source }: FlowWorld, name = 'Corner Shop'): Promise<Shop> {
  const company = await client.api('POST', '/v1/companies', { name });
  const settings = source.settings();
  const { orders } = settings['models'] as Record<string, Record<string, unknown>>;
  const models = { orders, fees: { ...orders, path: '/fees' }, payouts: { ...orders, path: '/payouts' } };
  const connection = await client.api('POST', `/v1/companies/${company.body.id}/connections`, {
    platform: 'rest',
    name,
    settings: { ...settings, models },
  });
  if (connection.status !== 201) throw new Error(`no connection: ${JSON.stringify(connection.body)}`);
  return { companyId: company.body.id, connectionId: connection.body.id };
}

/** Answers the session, token and link included. */
export async function openSession({ client }: FlowWorld, { companyId }: Shop, body: Record<string, unknown> = {}) {
  const session = await client.api('POST', `/v1/companies/${companyId}/flow-sessions`, {
    features: { syncHour: true },
    timeZone: 'Europe/London',
    ...body,
  });
  if (session.status !== 201) throw new Error(`no session: ${JSON.stringify(session.body)}`);
  return session.body as { readonly id: string; readonly token: string; readonly hostedUrl: string };
}

/** A page whose clock shows the world's time, and that fails the test for whatever it complains about. */
export async function newPage({ browser, world }: FlowWorld, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ viewport: { width: 492, height: 900 }, timezoneId: 'UTC', ...options });
  const page = await context.newPage();
  await page.clock.setFixedTime(toIso(await world.clock.now()));
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints };
}

/** The events of the element so far, as `name detail`. */
export const eventsOf = (page: Page): Promise<readonly { readonly name: string; readonly detail: unknown }[]> =>
  page.evaluate(() => (globalThis as unknown as { events: { name: string; detail: unknown }[] }).events);
