import { connectedCompany, type ConnectedCompany } from '../connected-company.js';
import type { DemoApi } from '../demo-api.js';
import type { SampleShop } from '../sample-shop.js';

/** The pretend SaaS: the demo's client, as its merchants know it. */
export const SAAS_NAME = 'Millrace';
/** A merchant of it, who has connected the sample shop and nothing more. */
export const MERCHANT_NAME = 'Quayside Coffee';

/** How the set-up page calls what the sample shop has. */
export const BRANDING = {
  models: {
    orders: { title: 'Orders', description: 'What was sold, with taxes and discounts', required: true },
    products: { title: 'Products', description: 'Names, prices and stock' },
    customers: { title: 'Customers', description: 'Who bought, for your invoices' },
    payments: { title: 'Payments', description: 'Money in, by card or cash' },
  },
} as const;

export const newMerchant = (by: {
  readonly api: DemoApi;
  readonly key: string;
  readonly shop: Pick<SampleShop, 'url' | 'token'>;
}): Promise<ConnectedCompany> => connectedCompany({ ...by, name: MERCHANT_NAME });
