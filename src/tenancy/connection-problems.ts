import { validationFailed, type Problem } from '../domain/problem.js';
import type { Connector, ConnectorRegistry } from '../ports/connector.js';
import type { Json } from './connection.body.js';

/** The connector of a platform. Throws 422 unknown_reference. */
export function connectorOf(connectors: ConnectorRegistry, platform: string): Connector {
  const connector = connectors.find(platform);
  if (connector) return connector;
  const message = `There is no platform ${platform}; GET /v1/platforms lists those there are.`;
  throw validationFailed([{ pointer: '/platform', code: 'unknown_reference', message }]);
}

/** Throws 422 with everything the connector finds wrong. Credentials may be left for later. */
export function requireValid(connector: Connector, settings: Json, credentials: Json | undefined): void {
  const problems = connector.validate(settings, credentials) as readonly Problem[];
  if (problems.length > 0) throw validationFailed(problems);
}
