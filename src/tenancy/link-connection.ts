import { Injectable } from '@nestjs/common';
import { found, validationFailed } from '../domain/problem.js';
import { Clock } from '../ports/clock.js';
import { ConnectorRegistry } from '../ports/connector.js';
import { Database } from '../ports/database.js';
import type { Connection } from '../ports/tenancy.js';
import { ConnectionCredentials } from './connection-credentials.js';
import { connectorOf, requireValid } from './connection-problems.js';
import { stateWith } from './connection-state.js';
import type { LinkConnectionBody } from './connection.body.js';

/** Links a connection that waits, was unlinked, or was turned away by its source. Its syncs are left as they are. */
@Injectable()
export class LinkConnection {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly connectors: ConnectorRegistry,
    private readonly credentials: ConnectionCredentials,
  ) {}

  /** Throws 404, and 422 for credentials that are missing or refused by the connector. */
  async execute(clientId: string, connectionId: string, body: LinkConnectionBody): Promise<Connection> {
    const now = await this.clock.now();
    return this.database.asClient(clientId, async ({ connections }) => {
      const current = found(await connections.lock(connectionId));
      if (current.state === 'linked' && body.credentials === undefined) return current;
      const linked = { ...this.linked(clientId, current, body), version: current.version + 1, updatedAt: now };
      await connections.save(linked);
      return linked;
    });
  }

  private linked(clientId: string, current: Connection, body: LinkConnectionBody): Connection {
    const { platform, settings, id } = current;
    const connector = connectorOf(this.connectors, platform);
    const credentials = body.credentials ?? this.credentials.open(clientId, current);
    requireValid(connector, settings, credentials);
    const state = stateWith(connector, settings, credentials);
    if (state.state !== 'linked') {
      const message = 'The source asks for credentials, and none are stored.';
      throw validationFailed([{ pointer: '/credentials', code: 'required', message }]);
    }
    return { ...current, ...state, credentials: this.credentials.seal(clientId, id, credentials) };
  }
}
