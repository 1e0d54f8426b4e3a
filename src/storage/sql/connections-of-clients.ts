import type { StartedRun } from '../../ports/runs.js';

/**
 * How connections are set, for the runs that read from them: each client's by its own eyes, in one statement.
 *
 * Parameters: client ids, connection ids (parallel arrays).
 */
export const connectionsOfClients = 'select * from connections_of_clients($1, $2)';

/** All null where whoever asks may not see it. */
export interface ConnectionSettingsRow {
  readonly settings: Record<string, unknown> | null;
  readonly credentials: Buffer | null;
  readonly credentials_key_id: string | null;
  readonly variables: Record<string, unknown> | null;
}

export const toConnectionSettings = (
  row: ConnectionSettingsRow,
): Omit<StartedRun['connection'], 'platform' | 'state'> => {
  const { credentials, credentials_key_id: keyId } = row;
  return {
    settings: row.settings ?? {},
    credentials: credentials && keyId ? { ciphertext: credentials, keyId } : undefined,
    variables: row.variables ?? {},
  };
};
