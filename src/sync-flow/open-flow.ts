import { Injectable } from '@nestjs/common';
import { Clock } from '../ports/clock.js';
import { ConnectorRegistry } from '../ports/connector.js';
import { Database } from '../ports/database.js';
import type { FlowPrincipal } from '../platform/principal.js';
import type { ClientStores } from '../ports/stores.js';
import { contextOf, targetOf, type FlowContext } from './flow-context.js';
import { UsualDelays } from './usual-delays.js';

/** What the work on a page gets. */
export interface OpenFlow {
  readonly stores: ClientStores;
  readonly context: FlowContext;
  /** Minutes after the due date within which runs usually begin; null while nobody knows. */
  readonly usualDelay: number | null;
}

/** Opens one transaction for one request of a page, with all that the page is about. */
@Injectable()
export class OpenFlows {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly connectors: ConnectorRegistry,
    private readonly delays: UsualDelays,
  ) {}

  /** Nothing is written, and all that is read is of one moment. Throws 409 nothing_to_sync. */
  async read<T>(principal: FlowPrincipal, work: (flow: OpenFlow) => Promise<T>): Promise<T> {
    const openIn = await this.opening(principal);
    return this.database.asClientAtOneMoment(principal.clientId, async (stores) => work(await openIn(stores)));
  }

  /** Nobody else changes the sync, or creates it, until the transaction ends. Throws as read does. */
  async change<T>(principal: FlowPrincipal, work: (flow: OpenFlow) => Promise<T>): Promise<T> {
    const openIn = await this.opening(principal);
    return this.database.asClient(principal.clientId, async (stores) => {
      const flow = await openIn(stores);
      return work({ ...flow, context: await this.held(principal, flow) });
    });
  }

  /**
   * What was read before a lock may be gone when it is had: the sync deleted, or one created. Then what is there by
   * now is locked, until what is locked is what is there.
   */
  private async held(principal: FlowPrincipal, { stores, context }: OpenFlow): Promise<FlowContext> {
    const { sync, connection, now } = context;
    if (sync) await stores.syncs.lockChain(sync.id);
    else await stores.connections.lock(connection.id);
    const after = await this.contextIn(stores, principal, now);
    const isHeld = after.sync?.id === sync?.id && after.connection.id === connection.id;
    return isHeld ? after : this.held(principal, { stores, context: after, usualDelay: null });
  }

  /** Opens in a transaction, with what is known before it begins. */
  private async opening(principal: FlowPrincipal): Promise<(stores: ClientStores) => Promise<OpenFlow>> {
    const now = await this.clock.now();
    const usualDelay = await this.delays.minutes(principal.clientId);
    return async (stores) => ({ stores, usualDelay, context: await this.contextIn(stores, principal, now) });
  }

  private async contextIn(stores: ClientStores, { session }: FlowPrincipal, now: FlowContext['now']) {
    const target = await targetOf(session, stores);
    return contextOf(stores, { session, target, connectors: this.connectors, now });
  }
}
