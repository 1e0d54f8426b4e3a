import type { DemoApi } from './demo-api.js';
import type { SampleShop } from './sample-shop.js';

/** A company whose books are in the sample shop. */
export interface ConnectedCompany {
  readonly companyId: string;
  readonly connectionId: string;
}

/** Creates a company and its connection to the shop; nothing is set up to sync. */
export async function connectedCompany(step: {
  readonly api: DemoApi;
  readonly key: string;
  readonly shop: Pick<SampleShop, 'url' | 'token'>;
  readonly name: string;
}): Promise<ConnectedCompany> {
  const { api, key, shop, name } = step;
  const created = await api.create('/v1/companies', { key, body: { name } });
  const companyId = String(created['id']);
  const connection = await api.create(`/v1/companies/${companyId}/connections`, {
    key,
    body: {
      platform: 'sample',
      name: 'Sample shop',
      settings: { baseUrl: shop.url },
      credentials: { token: shop.token },
    },
  });
  return { companyId, connectionId: String(connection['id']) };
}
