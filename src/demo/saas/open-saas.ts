import { toIso } from '../../domain/time/instant.js';
import { systemNow } from '../../platform/system-now.js';
import type { ConnectedCompany } from '../connected-company.js';
import type { DemoApi } from '../demo-api.js';
import type { DemoFacts } from '../demo-file.js';
import type { Inbox } from '../inbox.js';
import type { SampleShop } from '../sample-shop.js';
import { SaasBackend } from './saas-backend.js';
import type { SaasPageParts } from './saas-page.js';
import type { Saas } from './saas-routes.js';

/** Where the newest release of the element tells what it is made of. */
const MANIFEST = '/embed/0/manifest.json';

/** The SaaS, once its merchant is there; undefined where the element has not been built. */
export async function openSaas(on: {
  readonly api: DemoApi;
  readonly facts: DemoFacts;
  readonly shop: SampleShop;
  readonly inbox: Inbox;
  readonly onMerchant: (merchant: ConnectedCompany) => void;
}): Promise<Saas | undefined> {
  const { api, facts, shop, inbox, onMerchant } = on;
  const { apiKey: key, merchant } = facts;
  const { status, body } = await api.request('GET', MANIFEST, { key });
  if (status !== 200 || merchant === undefined) return undefined;
  const backend = new SaasBackend({
    api,
    key,
    shop,
    merchant,
    messages: () => inbox.messages(),
    now: () => toIso(systemNow()),
    onMerchant,
  });
  return { backend, parts: body as unknown as SaasPageParts };
}
