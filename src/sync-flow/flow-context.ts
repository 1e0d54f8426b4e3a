import type { Instant } from '../domain/time/instant.js';
import type { ConnectorRegistry, ModelDescription } from '../ports/connector.js';
import type { FlowSession } from '../ports/flow-sessions.js';
import type { ClientStores } from '../ports/stores.js';
import type { Sync } from '../ports/syncs.js';
import type { Client, Connection } from '../ports/tenancy.js';
import { nothingToSync } from './flow-problems.js';
import { findTarget, isTarget, type FlowTarget } from './flow-target.js';

/** All that the set-up page is about: whose it is, what it sets up, and when. */
export interface FlowContext {
  readonly session: FlowSession;
  readonly client: Client;
  readonly connection: Connection;
  /** What the connection has; empty where nobody can tell. */
  readonly models: readonly ModelDescription[];
  /** Absent until it is first configured. */
  readonly sync?: Sync;
  readonly now: Instant;
}

/** Throws 409 nothing_to_sync. */
export async function targetOf(session: FlowSession, stores: ClientStores): Promise<FlowTarget> {
  const found = await findTarget(session, stores);
  if (isTarget(found)) return found;
  throw nothingToSync(found.message);
}

export interface ContextOf {
  readonly session: FlowSession;
  readonly target: FlowTarget;
  readonly connectors: ConnectorRegistry;
  readonly now: Instant;
}

export async function contextOf(stores: ClientStores, { session, target, connectors, now }: ContextOf) {
  const { connection, sync } = target;
  const models = connectors.find(connection.platform)?.models(connection.settings) ?? [];
  const context: FlowContext = { session, client: await stores.client.get(), connection, models, sync, now };
  return context;
}

/** Names of the models that the sync pulls, or would pull if nobody chose. */
export function modelsInForce({ models, sync }: FlowContext): readonly string[] {
  if (sync?.models) return sync.models;
  const pulled = sync?.syncOnly === true ? models.filter((model) => !model.capabilities.announcesChanges) : models;
  return pulled.map(({ name }) => name);
}
