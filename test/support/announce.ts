import { instantOf } from '../../src/domain/time/instant.js';
import { makeId } from '../../src/platform/new-id.js';
import { Database } from '../../src/ports/database.js';
import type { NewMessage } from '../../src/ports/webhooks.js';
import { exampleOf } from './operations.js';
import type { TestClient, World } from './world.js';

/** A message about a company, a connection and a sync. */
export type Announced = NewMessage & Required<Pick<NewMessage, 'companyId' | 'connectionId' | 'syncId' | 'runId'>>;

let sequence = 0;

/** A message as a settlement announces it, of a new company of the client. */
export async function announce(
  { app }: Pick<World, 'app'>,
  { clientId, api }: TestClient,
  given: Partial<NewMessage> = {},
): Promise<Announced> {
  const now = instantOf(Date.now());
  const company = await api('POST', '/v1/companies', { name: 'Corner Shop', tags: { plan: 'pro' } });
  const ids = {
    companyId: company.body.id as string,
    connectionId: makeId('con', now),
    syncId: makeId('syn', now),
    runId: makeId('run', now),
  };
  sequence += 1;
  const event = exampleOf('SyncPeriodCompleted') as { readonly data: object };
  const { companyId, ...others } = ids;
  const about = { id: companyId, name: 'Corner Shop', reference: null, tags: { plan: 'pro' } };
  const message: Announced = {
    id: makeId('msg', now),
    clientId,
    ...ids,
    sequence,
    type: 'sync.period.completed',
    body: JSON.stringify({ ...event, data: { ...event.data, ...others, company: about, sequence } }),
    ...given,
  };
  const database = app.get(Database);
  await database.asDispatcher(async ({ outbox, jobs }) => jobs.enqueueDeliveries(await outbox.publish([message], now)));
  return message;
}
