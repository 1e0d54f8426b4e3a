import { toIso } from '../domain/time/instant.js';
import type { ConnectorRegistry } from '../ports/connector.js';
import type { Connection } from '../ports/tenancy.js';
import { modelView } from './platform.view.js';
import type { ConnectionTest } from './test-connection.js';

/** A connection as the API shows it: never its credentials. */
export const connectionView = (connection: Connection, connectors: ConnectorRegistry) => ({
  id: connection.id,
  companyId: connection.companyId,
  platform: connection.platform,
  name: connection.name,
  externalId: connection.externalId ?? null,
  settings: connection.settings,
  models: (connectors.find(connection.platform)?.models(connection.settings) ?? []).map(modelView),
  hasCredentials: connection.credentials !== undefined,
  maxConcurrentRuns: connection.maxConcurrentRuns ?? null,
  state: connection.state,
  stateReason: connection.stateReason ?? null,
  createdAt: toIso(connection.createdAt),
  updatedAt: toIso(connection.updatedAt),
});

/** What came of trying a connection. */
export const connectionTestView = ({ testedAt, duration, failure }: ConnectionTest) => ({
  ok: failure === undefined,
  testedAt: toIso(testedAt),
  durationMs: duration,
  failure: failure ? { code: failure.code, class: failure.class, message: failure.message } : null,
});
