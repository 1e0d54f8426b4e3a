import type { Source } from './source.js';
import type { TestClient } from './world.js';

export interface ShopOfACompany {
  readonly companyId: string;
  readonly connectionId: string;
  readonly syncId: string;
}

/** A company whose shop is connected and synced; with a schedule where one is given. */
export async function connectShop(
  { api }: TestClient,
  source: Pick<Source, 'settings'>,
  options: { readonly pageSize?: number; readonly schedule?: Record<string, unknown>; readonly name?: string } = {},
): Promise<ShopOfACompany> {
  const company = await expectCreated(api('POST', '/v1/companies', { name: options.name ?? 'Corner Shop' }));
  const connection = await expectCreated(
    api('POST', `/v1/companies/${company.id}/connections`, {
      platform: 'rest',
      name: 'Till',
      settings: source.settings(options.pageSize),
    }),
  );
  const sync = await expectCreated(
    api('POST', `/v1/connections/${connection.id}/syncs`, {
      name: 'orders',
      ...(options.schedule ? { schedule: options.schedule } : {}),
    }),
  );
  return { companyId: company.id, connectionId: connection.id, syncId: sync.id };
}

async function expectCreated(answer: ReturnType<TestClient['api']>): Promise<{ readonly id: string }> {
  const { status, body } = await answer;
  if (status !== 201) throw new Error(`not created: ${status} ${JSON.stringify(body)}`);
  return body as { readonly id: string };
}
