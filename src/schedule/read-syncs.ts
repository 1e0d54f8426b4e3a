import { Injectable } from '@nestjs/common';
import { isId } from '../domain/id.js';
import { notFound } from '../domain/problem.js';
import { Database } from '../ports/database.js';
import type { Page, PageRequest } from '../ports/page.js';
import type { ClientStores } from '../ports/stores.js';
import type { SyncFilter, SyncOverview } from '../ports/syncs.js';

/** Syncs with their next period and last run. */
@Injectable()
export class ReadSyncs {
  constructor(private readonly database: Database) {}

  /** Throws 404. */
  async one(clientId: string, syncId: string): Promise<SyncOverview> {
    return this.database.asClient(clientId, (stores) => overviewIn(stores, syncId));
  }

  /** An id that cannot be one matches nothing. */
  async list(clientId: string, filter: SyncFilter, page: PageRequest): Promise<Page<SyncOverview>> {
    const { companyId, connectionId } = filter;
    if (companyId !== undefined && !isId('com', companyId)) return { data: [] };
    if (connectionId !== undefined && !isId('con', connectionId)) return { data: [] };
    return this.database.asClient(clientId, ({ syncs }) => syncs.list(filter, page));
  }

  /** Throws 404 for the connection. */
  async listOfConnection(clientId: string, connectionId: string, page: PageRequest): Promise<Page<SyncOverview>> {
    return this.database.asClient(clientId, async ({ connections, syncs }) => {
      if (!(await connections.find(connectionId))) throw notFound();
      return syncs.list({ connectionId }, page);
    });
  }
}

/** The overview of a sync as this transaction sees it. Throws 404. */
export async function overviewIn({ syncs }: Pick<ClientStores, 'syncs'>, syncId: string): Promise<SyncOverview> {
  const overview = await syncs.overview(syncId);
  if (!overview) throw notFound();
  return overview;
}
