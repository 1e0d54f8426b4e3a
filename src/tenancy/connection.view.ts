import { toIso } from '../domain/time/instant.js';
import type { Connection } from '../ports/tenancy.js';
import type { ConnectionTest } from './test-connection.js';

/** A connection as the API shows it: never its credentials. */
export const connectionView = (connection: Connection) => ({
  id: connection.id,
  companyId: connection.companyId,
  platform: connection.platform,
  name: connection.name,
  externalId: connection.externalId ?? null,
  settings: connection.settings,
  hasCredentials: connection.credentials !== undefined,
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
