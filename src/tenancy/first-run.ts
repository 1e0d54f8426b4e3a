import type { Instant } from '../domain/time/instant.js';
import { validationFailed } from '../domain/problem.js';
import { makeId } from '../platform/new-id.js';
import type { ClientStores } from '../ports/stores.js';
import type { Connection } from '../ports/tenancy.js';

/** What a new connection began with. */
export interface Install {
  readonly syncId: string;
  readonly runId: string;
}

export interface InstallCommand {
  /** Of whoever makes the connection. */
  readonly keyId: string;
  readonly connection: Connection;
}

/**
 * A sync of all models and its first run, of everything, in the transaction that makes their connection. Throws 422
 * not_applicable where the connection waits for credentials: nothing could be read.
 */
export async function install(stores: ClientStores, command: InstallCommand, now: Instant): Promise<Install> {
  const { keyId, connection } = command;
  if (connection.state !== 'linked') throw validationFailed([waiting]);
  const [syncId, runId] = [makeId('syn', now), makeId('run', now)];
  await stores.syncs.insert({ id: syncId, connectionId: connection.id, ...everything, enabled: true }, now);
  await stores.runs.insert(
    {
      id: runId,
      syncId,
      trigger: 'install',
      actor: { keyId },
      mode: 'full',
      syncOnly: false,
      filter: {},
      force: false,
      range: { finish: now },
      lane: 'backfill',
    },
    now,
  );
  return { syncId, runId };
}

/** A sync as one without a body would be made. */
const everything = { syncOnly: false, mode: 'auto', readWindow: 'period', watermarkAt: 'periodEnd' } as const;

const waiting = {
  pointer: '/syncOnInstall',
  code: 'not_applicable',
  message: 'The connection waits for credentials: give them too, or ask for a run once it is linked.',
} as const;
