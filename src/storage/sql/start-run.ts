import type { TimeZone } from '../../domain/time/zoned-time.js';
import type { RunCheckpoint, StartedRun } from '../../ports/runs.js';
import type { PeriodKind } from '../../ports/syncs.js';
import { orUndefined } from '../columns.js';
import { toConnectionSettings, type ConnectionSettingsRow } from './connections-of-clients.js';
import { runColumns, toRun, type RunRow } from '../stores/run-row.js';
import { readSettingsColumns, toReadSettings, type ReadSettingsRow } from '../stores/sync-row.js';

/**
 * Takes runs. The new token voids the old one, so a worker that was only slow, not dead, finds that its
 * next page is refused. A finished run is not started again: a job can come twice, its effect cannot. One that the
 * client's own code has accepted is not either. Locked in one order, so that two batches cannot wait for each other, and
 * each by a look into the primary key, whatever the statistics say ("offset 0").
 *
 * Parameters: client ids, run ids, tokens (parallel arrays), now.
 */
const startRuns = (settings: string): string => `
with held as (
  select r.client_id, r.id, r.state, o.token
    from (select * from unnest($1::text[], $2::text[], $3::uuid[]) as o (client_id, run_id, token)
           order by client_id, run_id) o
   cross join lateral (
     select client_id, id, state, finished_at, awaiting_until from run
      where client_id = o.client_id and id = o.run_id
     offset 0
        for no key update
   ) r
   where r.finished_at is null and r.awaiting_until is null
), started as (
  update run r
     set state = 'running', owner_token = h.token, started_at = coalesce(r.started_at, $4),
         -- Also one that is only taken to be ended: lost meanwhile, it is found as any other.
         admitted_at = coalesce(r.admitted_at, $4),
         feed_from = coalesce(r.feed_from, (select c.last_sequence from connection c
                                             where c.client_id = r.client_id and c.id = r.connection_id))
    from held h
   where r.client_id = h.client_id and r.id = h.id
  returning r.*, h.state = 'running' as taken_over
), taken as (
  update sync_period p
     set status = 'running', owner_token = r.owner_token
    from started r
   where p.client_id = r.client_id and p.id = r.period_id
)
select ${runColumns('r')}, r.progressed, r.checkpoint, r.owner_token::text, r.taken_over,
       exists (select from pending_change q where q.client_id = r.client_id and q.sync_id = r.sync_id) as has_pending_changes,
       ${readSettingsColumns.map((name) => `s.${name} as sync_${name}`).join(', ')}, s.time_zone,
       c.platform, c.state as connection_state, p.kind as period_kind, ${settings}
  from started r
  join sync s on s.client_id = r.client_id and s.id = r.sync_id
  join connection c on c.client_id = r.client_id and c.id = r.connection_id
  left join sync_period p on p.client_id = r.client_id and p.id = r.period_id`;

const settingsOfConnection = `
       c.settings, c.credentials, c.credentials_key_id,
       (select coalesce(jsonb_object_agg(v.name, v.value), '{}') from connection_variable v
         where v.client_id = c.client_id and v.connection_id = c.id) as variables`;

/** As the client itself. */
export const startRunsOfClient = startRuns(settingsOfConnection);
/** Over all clients, in the dispatcher's role, which does not see how connections are set. */
export const startRunsOfAll = startRuns(
  `null as settings, null as credentials, null as credentials_key_id, null as variables`,
);

type SyncColumns = { readonly [Name in keyof ReadSettingsRow as `sync_${Name}`]: ReadSettingsRow[Name] };

export interface StartedRow extends RunRow, SyncColumns, ConnectionSettingsRow {
  readonly owner_token: string;
  readonly progressed: boolean;
  readonly checkpoint: RunCheckpoint | null;
  readonly taken_over: boolean;
  readonly has_pending_changes: boolean;
  readonly time_zone: string | null;
  readonly platform: string;
  readonly connection_state: string;
  readonly period_kind: PeriodKind | null;
}

export function toStartedRun(row: StartedRow): StartedRun {
  return {
    run: toRun(row),
    progressed: row.progressed,
    checkpoint: row.checkpoint ?? { done: [] },
    takenOver: row.taken_over,
    hasPendingChanges: row.has_pending_changes,
    periodKind: orUndefined(row.period_kind),
    sync: toReadSettings(syncRow(row)),
    timeZone: (row.time_zone ?? undefined) as TimeZone | undefined,
    connection: { platform: row.platform, state: row.connection_state, ...toConnectionSettings(row) },
  };
}

const syncRow = (row: StartedRow): ReadSettingsRow => ({
  models: row.sync_models,
  sync_only: row.sync_sync_only,
  mode: row.sync_mode,
  lookback: row.sync_lookback,
  read_window: row.sync_read_window,
  watermark_at: row.sync_watermark_at,
  read_from: row.sync_read_from,
  read_to: row.sync_read_to,
  changes_per_run: row.sync_changes_per_run,
});
