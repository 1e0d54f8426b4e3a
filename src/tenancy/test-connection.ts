import { Injectable } from '@nestjs/common';
import { FAILURE_CLASSES, type FailureCode, type RunFailure } from '../domain/run/failure.js';
import { SECOND, type Instant } from '../domain/time/instant.js';
import { SourceError } from '../domain/run/source-error.js';
import { startStopwatch } from '../platform/stopwatch.js';
import { Clock } from '../ports/clock.js';
import { ConnectorRegistry } from '../ports/connector.js';
import type { Connection } from '../ports/tenancy.js';
import { ConnectionCredentials } from './connection-credentials.js';
import { Connections, type ConnectionWithVariables } from './connections.js';

/** How long a source may take to answer one small request, in milliseconds. */
const PATIENCE = 20 * SECOND;

/** What came of trying a connection. */
export interface ConnectionTest {
  readonly testedAt: Instant;
  /** Milliseconds. */
  readonly duration: number;
  /** Absent when it worked. */
  readonly failure?: Pick<RunFailure, 'code' | 'class' | 'message'>;
}

interface TestedConnection extends ConnectionWithVariables {
  readonly clientId: string;
}

/** Tries a connection with one small request to its source. Changes nothing. */
@Injectable()
export class TestConnection {
  constructor(
    private readonly clock: Clock,
    private readonly connections: Connections,
    private readonly connectors: ConnectorRegistry,
    private readonly credentials: ConnectionCredentials,
  ) {}

  async execute(clientId: string, connectionId: string): Promise<ConnectionTest> {
    const { connection, variables } = await this.connections.withVariables(clientId, connectionId);
    const testedAt = await this.clock.now();
    const elapsed = startStopwatch();
    const failure = hindrance(connection) ?? (await this.failureOf({ clientId, connection, variables }));
    return { testedAt, duration: elapsed(), failure };
  }

  private async failureOf({ clientId, connection, variables }: TestedConnection): Promise<ConnectionTest['failure']> {
    const connector = this.connectors.find(connection.platform);
    if (!connector) return failureOf('configuration_invalid', `Platform ${connection.platform} is not installed.`);
    const { id: connectionId, settings } = connection;
    const credentials = this.credentials.open(clientId, connection) ?? {};
    const signal = AbortSignal.timeout(PATIENCE);
    try {
      await connector.test({ clientId, connectionId, settings, credentials, variables }, signal);
      return undefined;
    } catch (error) {
      if (error instanceof SourceError) return error.failure;
      if (signal.aborted) return failureOf('provider_timeout', `The source gave no answer in ${PATIENCE / SECOND} s.`);
      throw error;
    }
  }
}

/** Why there is no use in asking the source. */
function hindrance({ state }: Connection): ConnectionTest['failure'] {
  if (state === 'unlinked') return failureOf('connection_unlinked', 'The connection is unlinked.');
  if (state === 'pendingAuth') return failureOf('credential_invalid', 'The connection waits for credentials.');
  return undefined;
}

const failureOf = (code: FailureCode, message: string) => ({ code, class: FAILURE_CLASSES[code], message });
