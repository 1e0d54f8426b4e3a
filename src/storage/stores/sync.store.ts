import type { Instant } from '../../domain/time/instant.js';
import type { CatchUp } from '../../domain/chain/sync-period.js';
import type { Page, PageRequest } from '../../ports/page.js';
import {
  SyncStore,
  type LockedChain,
  type NewSync,
  type SavedSchedule,
  type Sync,
  type SyncChange,
  type SyncFilter,
  type SyncOverview,
  type SyncSelection,
} from '../../ports/syncs.js';
import { toDate } from '../columns.js';
import type { Session } from '../session.js';
import { matchingSyncs } from '../sql/matching-syncs.js';
import { toOverview, selectOverviews, type OverviewRow } from '../sql/sync-overview.js';
import { OPEN_STATUSES, toOpenPeriod, periodColumns, type PeriodRow } from './period-row.js';
import { syncColumns, toSync, type SyncRow } from './sync-row.js';

/** Which column each field of a change is written to. */
const COLUMNS = {
  name: 'name',
  models: 'models',
  syncOnly: 'sync_only',
  mode: 'mode',
  lookback: 'lookback',
  readWindow: 'read_window',
  watermarkAt: 'watermark_at',
  readFrom: 'read_from',
  changesPerRun: 'changes_per_run',
  enabled: 'enabled',
  state: 'state',
  stateReason: 'state_reason',
  consecutiveFailures: 'consecutive_failures',
} as const satisfies Record<keyof SyncChange, string>;

// The connection is locked, so that it cannot go between the look and the insert.
const INSERT = `
insert into sync as s (client_id, id, connection_id, company_id, name, models, sync_only, mode, lookback, read_window,
                       watermark_at, changes_per_run, enabled, created_at, updated_at)
select c.client_id, $2, c.id, c.company_id, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13
  from connection c where c.client_id = $1 and c.id = $3 for key share
returning ${syncColumns('s')}`;

const SAVE_SCHEDULE = `
update sync s
   set selected_frequency = $3, frequency_options = $4, interval = $5, start_date = $6, sync_hour = $7,
       sync_hour_source = $8, time_zone = $9, chain_start = $10, watermark = $11, configured_at = $12,
       read_from = case when $11::timestamptz is not null then s.read_from end,
       read_to = case when $11::timestamptz is not null then s.read_to end,
       state = case when s.state <> 'unscheduled' then s.state when s.enabled then 'active' else 'disabled' end,
       state_reason = case when s.state <> 'unscheduled' then s.state_reason when not s.enabled then 'manual' end,
       version = s.version + 1, updated_at = $13
 where s.client_id = $1 and s.id = $2
returning ${syncColumns('s')}`;

export class PgSyncStore extends SyncStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async insert(sync: NewSync, now: Instant): Promise<Sync | undefined> {
    const { id, connectionId, name, models, syncOnly, mode, lookback, enabled } = sync;
    const { readWindow, watermarkAt, changesPerRun } = sync;
    const [row] = await this.session.rows<SyncRow>(INSERT, [
      this.session.clientId,
      id,
      connectionId,
      name,
      models,
      syncOnly,
      mode,
      lookback,
      readWindow,
      watermarkAt,
      changesPerRun,
      enabled,
      toDate(now),
    ]);
    return row && toSync(row);
  }

  override async find(syncId: string): Promise<Sync | undefined> {
    const [row] = await this.session.rows<SyncRow>(
      `select ${syncColumns('s')} from sync s where s.client_id = $1 and s.id = $2`,
      [this.session.clientId, syncId],
    );
    return row && toSync(row);
  }

  override async overview(syncId: string): Promise<SyncOverview | undefined> {
    const [row] = await this.session.rows<OverviewRow>(`${selectOverviews} and s.id = $2`, [
      this.session.clientId,
      syncId,
    ]);
    return row && toOverview(row);
  }

  override async list(filter: SyncFilter, { limit, after }: PageRequest): Promise<Page<SyncOverview>> {
    const rows = await this.session.rows<OverviewRow>(
      `${selectOverviews}
          and ($2::text is null or s.connection_id = $2)
          and ($3::text is null or s.company_id = $3)
          and ($4::text is null or s.state = $4)
          and ($5::text is null or s.id > $5)
        order by s.id limit $6`,
      [this.session.clientId, filter.connectionId, filter.companyId, filter.state, after, limit + 1],
    );
    const data = rows.slice(0, limit).map(toOverview);
    return { data, nextAfter: rows.length > limit ? data.at(-1)?.sync.id : undefined };
  }

  override async matching(selection: SyncSelection, { limit, after }: PageRequest): Promise<Page<string>> {
    const { syncIds, connectionIds, companyIds, platform, tags } = selection;
    const rows = await this.session.rows<{ id: string }>(matchingSyncs, [
      this.session.clientId,
      after,
      limit + 1,
      syncIds,
      connectionIds,
      companyIds,
      platform,
      tags && JSON.stringify(tags),
    ]);
    const data = rows.slice(0, limit).map(({ id }) => id);
    return rows.length > limit ? { data, nextAfter: data.at(-1) } : { data };
  }

  override async ofConnection(connectionId: string): Promise<readonly Sync[]> {
    const rows = await this.session.rows<SyncRow>(
      `select ${syncColumns('s')} from sync s where s.client_id = $1 and s.connection_id = $2 order by s.id`,
      [this.session.clientId, connectionId],
    );
    return rows.map(toSync);
  }

  override async lockChain(syncId: string): Promise<LockedChain | undefined> {
    const key = [this.session.clientId, syncId];
    const [row] = await this.session.rows<SyncRow & { catch_up: CatchUp }>(
      `select ${syncColumns('s')}, c.catch_up from sync s join client c on c.id = s.client_id
        where s.client_id = $1 and s.id = $2 for no key update of s`,
      key,
    );
    if (!row) return undefined;
    // A statement of its own: one that waited for the lock would still see the periods of before the wait.
    const [open] = await this.session.rows<PeriodRow>(
      `select ${periodColumns('p')} from sync_period p
        where p.client_id = $1 and p.sync_id = $2 and p.status in ${OPEN_STATUSES} for no key update`,
      key,
    );
    return { sync: toSync(row), open: open && toOpenPeriod(open), catchUp: row.catch_up };
  }

  override async update(syncId: string, change: SyncChange, now: Instant): Promise<Sync> {
    const columns = Object.entries(COLUMNS).filter(([field]) => change[field as keyof SyncChange] !== undefined);
    const sets = columns.map(([, column], index) => `${column} = $${index + 4}`);
    const values = columns.map(([field]) =>
      field === 'readFrom' ? toDate(change.readFrom ?? undefined) : change[field as keyof SyncChange],
    );
    return this.changed(
      `update sync s set ${[...sets, 'version = s.version + 1', 'updated_at = $3'].join(', ')}
        where s.client_id = $1 and s.id = $2 returning ${syncColumns('s')}`,
      [this.session.clientId, syncId, toDate(now), ...values],
    );
  }

  override async saveSchedule(syncId: string, saved: SavedSchedule, now: Instant): Promise<Sync> {
    const { schedule, chain, configuredAt } = saved;
    const { selectedFrequency, frequencyOptions, interval, startDate, syncHour, syncHourSource, timeZone } = schedule;
    const ofSchedule = [
      selectedFrequency,
      frequencyOptions,
      interval ?? null,
      startDate,
      syncHour,
      syncHourSource,
      timeZone,
    ];
    const ofChain = [toDate(chain.start), toDate(chain.watermark), toDate(configuredAt)];
    return this.changed(SAVE_SCHEDULE, [this.session.clientId, syncId, ...ofSchedule, ...ofChain, toDate(now)]);
  }

  override async countMessages(syncId: string, count: number): Promise<number> {
    const [row] = await this.session.rows<{ last_sequence: number }>(
      'update sync set last_sequence = last_sequence + $3 where client_id = $1 and id = $2 returning last_sequence',
      [this.session.clientId, syncId, count],
    );
    if (!row) throw new Error('Messages are counted only while the sync is locked.');
    return row.last_sequence;
  }

  override async delete(syncId: string): Promise<boolean> {
    const key = [this.session.clientId, syncId];
    return (await this.session.touched('delete from sync where client_id = $1 and id = $2', key)) > 0;
  }

  private async changed(sql: string, parameters: readonly unknown[]): Promise<Sync> {
    const [row] = await this.session.rows<SyncRow>(sql, parameters);
    if (!row) throw new Error('A sync is changed only while it is locked.');
    return toSync(row);
  }
}
