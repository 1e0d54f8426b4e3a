import type { ClientStores } from '../ports/stores.js';
import type { Sync } from '../ports/syncs.js';
import type { Connection } from '../ports/tenancy.js';

/** What a session names of its company. */
export interface TargetNames {
  readonly companyId: string;
  readonly connectionId?: string;
  readonly syncId?: string;
}

/** The one sync that a session sets up: there already, or to be created on the connection. */
export interface FlowTarget {
  readonly connection: Connection;
  readonly sync?: Sync;
}

/** Why there is no one sync: what would have to be named, and a sentence. */
export interface NoTarget {
  readonly missing: 'connectionId' | 'syncId';
  readonly message: string;
}

export type FoundTarget = FlowTarget | NoTarget;

export const isTarget = (found: FoundTarget): found is FlowTarget => 'connection' in found;

/** The sync that is named; else the connection's only one, or its first; else all that of the company's only connection. */
export async function findTarget(names: TargetNames, stores: ClientStores): Promise<FoundTarget> {
  const { syncId, connectionId } = names;
  if (syncId !== undefined) return targetOfSync(syncId, stores);
  if (connectionId === undefined) return targetOfCompany(names.companyId, stores);
  const connection = await stores.connections.find(connectionId);
  return connection ? targetOfConnection(connection, stores) : gone('connectionId');
}

async function targetOfSync(syncId: string, { syncs, connections }: ClientStores): Promise<FoundTarget> {
  const sync = await syncs.find(syncId);
  const connection = sync && (await connections.find(sync.connectionId));
  return sync && connection ? { connection, sync } : gone('syncId');
}

async function targetOfCompany(companyId: string, stores: ClientStores): Promise<FoundTarget> {
  const { data } = await stores.connections.list({ companyId }, { limit: 2 });
  const [connection] = data;
  if (connection && data.length === 1) return targetOfConnection(connection, stores);
  const message = connection
    ? 'The company has several connections: name the one to set up.'
    : 'The company has no connection to set up: create one first.';
  return { missing: 'connectionId', message };
}

async function targetOfConnection(connection: Connection, { syncs }: ClientStores): Promise<FoundTarget> {
  const [sync, another] = await syncs.ofConnection(connection.id);
  if (another === undefined) return { connection, sync };
  return { missing: 'syncId', message: 'The connection has several syncs: name the one to set up.' };
}

const gone = (missing: NoTarget['missing']): NoTarget => ({ missing, message: 'What the session was for is gone.' });
