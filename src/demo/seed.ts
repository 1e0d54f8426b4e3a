import { DAY, plus, toIso, type Instant } from '../domain/time/instant.js';
import { connectedCompany } from './connected-company.js';
import type { DemoApi } from './demo-api.js';
import type { DemoFacts, DemoState } from './demo-file.js';
import type { Inbox } from './inbox.js';
import type { SampleShop } from './sample-shop.js';
import { BRANDING, newMerchant, SAAS_NAME } from './saas/saas-merchant.js';

export interface SeedRequest {
  readonly api: DemoApi;
  readonly adminKey: string;
  readonly shop: SampleShop;
  readonly inbox: Inbox;
  readonly now: Instant;
  /** What an earlier start left. */
  readonly before?: DemoFacts;
}

/** Makes the demo's client, companies, syncs and endpoint; on a later start only says where the shop and inbox are now. */
export async function seed(request: SeedRequest): Promise<DemoState> {
  const { api, before } = request;
  const known = before && (await api.request('GET', '/v1/client', { key: before.apiKey })).status === 200;
  if (!before || !known) return create(request);
  await pointAt(request, before);
  // A start before there was this page has left none.
  return { ...before, merchant: before.merchant ?? (await merchantOf(request, before.apiKey)) };
}

/** The client's name and looks on the set-up page, and a merchant who has yet to set it up. */
async function merchantOf({ api, shop }: SeedRequest, key: string): Promise<DemoState['merchant']> {
  await api.request('PATCH', '/v1/client', { key, body: { name: SAAS_NAME, branding: BRANDING } });
  return newMerchant({ api, key, shop });
}

async function create(request: SeedRequest): Promise<DemoState> {
  const { api, adminKey, shop, inbox, now } = request;
  const client = await api.create('/admin/v1/clients', { key: adminKey, body: { name: SAAS_NAME } });
  const clientId = String(client['id']);
  const made = await api.create(`/admin/v1/clients/${clientId}/api-keys`, {
    key: adminKey,
    body: { name: 'Demo', mode: 'test', scopes: ['read', 'write'] },
  });
  const key = String(made['key']);
  await api.request('PATCH', '/v1/client', {
    key,
    body: { frequencyOptions: ['Interval', 'Hourly', 'Daily', 'Weekly', 'Monthly'] },
  });
  const endpoint = await api.create('/v1/webhook-endpoints', {
    key,
    body: { url: inbox.url, description: 'The inbox of the demo' },
  });
  // At once: what follows is announced there.
  inbox.setSecret(String(endpoint['secret']));
  const everyMinute = {
    selectedFrequency: 'Interval',
    interval: 'PT1M',
    startDate: daysBefore(now, 90),
    timeZone: 'Etc/UTC',
  };
  const daily = { selectedFrequency: 'Daily', startDate: daysBefore(now, 30), syncHour: 2, timeZone: 'Europe/London' };
  const corner = await company({ api, key, shop, name: 'Corner Shop', schedule: everyMinute });
  const harbour = await company({ api, key, shop, name: 'Harbour Books', schedule: daily });
  return {
    clientId,
    apiKey: key,
    ...corner,
    connectionIds: [corner.connectionId, harbour.connectionId],
    merchant: await merchantOf(request, key),
    endpointId: String(endpoint['id']),
    inboxSecret: String(endpoint['secret']),
  };
}

async function company(step: {
  readonly api: DemoApi;
  readonly key: string;
  readonly shop: SampleShop;
  readonly name: string;
  readonly schedule: Readonly<Record<string, unknown>>;
}): Promise<Pick<DemoState, 'companyId' | 'connectionId' | 'syncId'>> {
  const { api, key, name, schedule } = step;
  const { companyId, connectionId } = await connectedCompany(step);
  const sync = await api.create(`/v1/connections/${connectionId}/syncs`, {
    key,
    body: { name: `${name}: all models`, schedule },
  });
  const syncId = String(sync['id']);
  // A newcomer wants to see something before the first due date.
  await api.create(`/v1/syncs/${syncId}/runs`, { key, body: { type: 'latest' } });
  return { companyId, connectionId, syncId };
}

/** The ports are those of last time unless something else has taken them. */
async function pointAt({ api, shop, inbox }: SeedRequest, before: DemoFacts): Promise<void> {
  const key = before.apiKey;
  const credentials = { token: shop.token };
  const merchant = before.merchant === undefined ? [] : [before.merchant.connectionId];
  for (const id of [...before.connectionIds, ...merchant]) {
    await api.request('PATCH', `/v1/connections/${id}`, {
      key,
      body: { settings: { baseUrl: shop.url }, credentials },
    });
  }
  if (before.inboxUrl !== inbox.url)
    await api.request('PATCH', `/v1/webhook-endpoints/${before.endpointId}`, { key, body: { url: inbox.url } });
}

const daysBefore = (now: Instant, days: number): string => toIso(plus(now, -days * DAY)).slice(0, 10);
