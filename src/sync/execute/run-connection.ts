import { Injectable } from '@nestjs/common';
import { SourceError } from '../../domain/run/source-error.js';
import type { ConnectorConnection } from '../../ports/connector.js';
import { Secrets } from '../../ports/secrets.js';
import type { StartedRun } from '../../ports/runs.js';

/** A run, as far as it takes to know its connection. */
interface RunOfClient {
  readonly clientId: string;
  readonly started: Pick<StartedRun, 'run' | 'connection'>;
}

/** The connection of a run as its connector needs it. */
@Injectable()
export class RunConnection {
  constructor(private readonly secrets: Secrets) {}

  /** Throws SourceError for a connection that is not linked. */
  of({ clientId, started: { run, connection } }: RunOfClient): ConnectorConnection {
    const { credentials, state } = connection;
    if (state !== 'linked') throw notLinked(state);
    const owner = { clientId, id: run.connectionId, purpose: 'connection.credentials' } as const;
    return {
      clientId,
      connectionId: run.connectionId,
      settings: connection.settings,
      credentials: credentials ? (JSON.parse(this.secrets.open(owner, credentials)) as Record<string, unknown>) : {},
      variables: connection.variables,
    };
  }
}

/** Why nothing is pulled from a connection in this state. */
export function notLinked(state: string): SourceError {
  const message = `The connection is ${state}: link it again, then enable the sync.`;
  const code = state === 'deauthorized' ? 'connection_revoked' : 'connection_unlinked';
  return new SourceError({ code, class: 'auth', message, details: [message] });
}
