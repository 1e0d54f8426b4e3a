import type { TimeZone } from '../../domain/time/zoned-time.js';
import type { RunCheckpoint, StartedRun } from '../../ports/runs.js';
import type { SyncMode } from '../../ports/syncs.js';
import { orUndefined } from '../columns.js';
import { runColumns, toRun, type RunRow } from '../stores/run-row.js';

/**
 * Takes a run. The new token voids the old one, so a worker that was only slow, not dead, finds that its
 * next page is refused. A finished run is not started again: a job can come twice, its effect cannot.
 *
 * Parameters: client id, run id, token, now.
 */
export const startRun = `
with started as (
  update run r
     set state = 'running', owner_token = $3, started_at = coalesce(r.started_at, $4)
   where r.client_id = $1 and r.id = $2 and r.state in ('created', 'running')
  returning r.*
), taken as (
  update sync_period p
     set status = 'running', owner_token = $3
    from started r
   where p.client_id = r.client_id and p.id = r.period_id
)
select ${runColumns('r')}, r.progressed, r.checkpoint,
       s.models as sync_models, s.mode as sync_mode, s.lookback, s.time_zone,
       c.platform, c.state as connection_state, c.settings, c.credentials, c.credentials_key_id
  from started r
  join sync s on s.client_id = r.client_id and s.id = r.sync_id
  join connection c on c.client_id = r.client_id and c.id = r.connection_id`;

export interface StartedRow extends RunRow {
  readonly progressed: boolean;
  readonly checkpoint: RunCheckpoint | null;
  readonly sync_models: string[] | null;
  readonly sync_mode: SyncMode;
  readonly lookback: string | null;
  readonly time_zone: string | null;
  readonly platform: string;
  readonly connection_state: string;
  readonly settings: Record<string, unknown>;
  readonly credentials: Buffer | null;
  readonly credentials_key_id: string | null;
}

export function toStartedRun(row: StartedRow): StartedRun {
  const { credentials, credentials_key_id: keyId } = row;
  return {
    run: toRun(row),
    progressed: row.progressed,
    checkpoint: row.checkpoint ?? { done: [] },
    syncModels: orUndefined(row.sync_models),
    syncMode: row.sync_mode,
    lookback: orUndefined(row.lookback),
    timeZone: (row.time_zone ?? undefined) as TimeZone | undefined,
    connection: {
      platform: row.platform,
      state: row.connection_state,
      settings: row.settings,
      credentials: credentials && keyId ? { ciphertext: credentials, keyId } : undefined,
    },
  };
}
