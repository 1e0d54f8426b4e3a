import { unlinkedEventOf } from '../domain/events/connection-events.js';
import { found } from '../domain/problem.js';
import { announce } from '../platform/announce.js';
import type { ClientStores } from '../ports/stores.js';
import type { Connection } from '../ports/tenancy.js';

/** Tells the client that a connection was taken off, in the transaction that does it. */
export async function announceUnlinked(stores: ClientStores, clientId: string, connection: Connection): Promise<void> {
  const { id: connectionId, companyId, platform, stateReason: reason, updatedAt: at } = connection;
  const company = found(await stores.companies.find(companyId));
  const event = unlinkedEventOf({ at, company, connectionId, platform, state: 'unlinked', reason });
  await announce(stores, [{ clientId, companyId, connectionId, event }], at);
}
