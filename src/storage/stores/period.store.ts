import type { CoveredPeriod } from '../../domain/chain/coverage.js';
import type { Instant } from '../../domain/time/instant.js';
import type { PeriodWindow } from '../../domain/chain/sync-period.js';
import type { Page, PageRequest } from '../../ports/page.js';
import { PeriodStore, type NewPeriod, type OpenPeriod, type PeriodFilter, type SyncPeriod } from '../../ports/syncs.js';
import { toDate, toInstant } from '../columns.js';
import { pageOf } from '../page-of.js';
import { UNKNOWN_COST } from '../../domain/load/expected-cost.js';
import { endedRunColumns, noteEndedRuns } from '../sql/note-ended-runs.js';
import type { Session } from '../session.js';
import { coveredStretches } from '../sql/covered-stretches.js';
import { OPEN_STATUSES, periodColumns, toOpenPeriod, toPeriod, type PeriodRow } from './period-row.js';

// Long first periods have a lane of their own (25 hours: a day on which the clocks go back is no backfill).
const PLAN = `
insert into sync_period (client_id, id, sync_id, kind, status, period_start, due_date, held_due_date, run_date,
                         run_date_reason, lane, cost_seconds, is_initial, recovered_due_dates, time_zone_data, created_at,
                         connection_id, source_host)
select s.client_id, $3, s.id, $4, case when $8::timestamptz is null then 'planned' else 'assigned' end, $5, $6, $7, $8,
       $9, case when $4 = 'range' or $10 and $6::timestamptz - $5 > interval '25 hours' then 'backfill' else 'regular' end,
       coalesce(s.average_run_seconds, ${UNKNOWN_COST}), $10, $11, $12, $13, s.connection_id, coalesce(n.source_host, '')
  from sync s
  join connection n on n.client_id = s.client_id and n.id = s.connection_id
 where s.client_id = $1 and s.id = $2
returning ${periodColumns('sync_period')}`;

// A run that was made for a queued period and not begun ends with it, or it would stand for ever as the active one.
const SUPERSEDE = `
with superseded as (
  update sync_period set status = 'superseded', settled_at = $3
   where client_id = $1 and sync_id = $2 and status in ('planned', 'assigned', 'queued')
  returning id),
aborted as (
  update run r set state = 'aborted', finished_at = $3
    from superseded
   where r.client_id = $1 and r.period_id = superseded.id and r.state = 'created'
  returning ${endedRunColumns}),
noted as (${noteEndedRuns('aborted')})
select id from superseded`;

const START_OVER = `
insert into sync_period (client_id, id, sync_id, kind, status, period_start, due_date, held_due_date, lane, cost_seconds,
                         is_initial, recovered_due_dates, time_zone_data, created_at)
select client_id, $3, sync_id, kind, 'planned', period_start, due_date, held_due_date, lane, cost_seconds,
       is_initial, recovered_due_dates, time_zone_data, $4
  from sync_period where client_id = $1 and id = $2`;

const LEDGER = `
select ${periodColumns('p')}, r.started_at
  from sync_period p
  left join run r on r.client_id = p.client_id and r.id = p.run_id
 where p.client_id = $1 and p.sync_id = $2`;

export class PgPeriodStore extends PeriodStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async plan(period: NewPeriod, now: Instant): Promise<SyncPeriod> {
    const { id, syncId, kind, window, heldDueDate, runDate, runDateReason, timeZoneData } = period;
    const { start, dueDate, isInitial, recoveredDueDates } = window;
    const [row] = await this.session.rows<PeriodRow>(PLAN, [
      this.session.clientId,
      syncId,
      id,
      kind,
      toDate(start),
      toDate(dueDate),
      toDate(heldDueDate),
      toDate(runDate),
      runDateReason ?? null,
      isInitial,
      recoveredDueDates,
      timeZoneData,
      toDate(now),
    ]);
    if (!row) throw new Error('A period is planned only while its sync is locked.');
    return toPeriod(row);
  }

  override async supersedeOpen(syncId: string, now: Instant): Promise<number> {
    return (await this.session.rows(SUPERSEDE, [this.session.clientId, syncId, toDate(now)])).length;
  }

  override async startOver({ id: superseded, syncId }: OpenPeriod, id: string, now: Instant): Promise<void> {
    await this.supersedeOpen(syncId, now);
    await this.session.touched(START_OVER, [this.session.clientId, superseded, id, toDate(now)]);
  }

  override async open(syncIds: readonly string[]): Promise<readonly OpenPeriod[]> {
    const rows = await this.session.rows<PeriodRow>(
      `select ${periodColumns('p')} from sync_period p
        where p.client_id = $1 and p.sync_id = any($2::text[]) and p.status in ${OPEN_STATUSES}`,
      [this.session.clientId, syncIds],
    );
    return rows.map(toOpenPeriod);
  }

  override async list(syncId: string, filter: PeriodFilter, { limit, after }: PageRequest): Promise<Page<SyncPeriod>> {
    const rows = await this.session.rows<PeriodRow>(
      `${LEDGER}
          and ($3::text is null or p.status = $3)
          and ($4::text is null
               or (p.due_date, p.id) < (select due_date, id from sync_period where client_id = $1 and id = $4))
        order by p.due_date desc, p.id desc limit $5`,
      [this.session.clientId, syncId, filter.status, after, limit + 1],
    );
    return pageOf(rows, limit, toPeriod);
  }

  override async holding(syncId: string, at: Instant): Promise<SyncPeriod | undefined> {
    const [row] = await this.session.rows<PeriodRow>(
      `${LEDGER}
          and p.period_start <= $3 and p.due_date > $3 and p.status <> 'superseded'
        order by p.status = 'succeeded' desc, p.status in ${OPEN_STATUSES} desc, p.due_date desc, p.id desc limit 1`,
      [this.session.clientId, syncId, toDate(at)],
    );
    return row && toPeriod(row);
  }

  override async succeeded(syncId: string, start: Instant, finish: Instant): Promise<readonly SyncPeriod[]> {
    // PostgreSQL refuses a range that ends before it starts; such a span touches nothing.
    if (finish <= start) return [];
    // Written as the constraint succeeded_periods_never_overlap has it, so that its index finds the few that touch.
    const rows = await this.session.rows<PeriodRow>(
      `select ${periodColumns('p')} from sync_period p
        where hashtext(p.sync_id) = hashtext($2) and p.client_id = $1 and p.sync_id = $2 and p.status = 'succeeded'
          and tstzrange(p.period_start, p.due_date) && tstzrange($3, $4)
        order by p.due_date`,
      [this.session.clientId, syncId, toDate(start), toDate(finish)],
    );
    return rows.map(toPeriod);
  }

  override async newestSucceeded(syncId: string): Promise<PeriodWindow | undefined> {
    const [row] = await this.session.rows<WindowRow>(
      `select period_start, due_date from sync_period
        where client_id = $1 and sync_id = $2 and status = 'succeeded' order by due_date desc limit 1`,
      [this.session.clientId, syncId],
    );
    return row && toWindow(row);
  }

  override async covered(syncId: string): Promise<readonly CoveredPeriod[]> {
    const rows = await this.session.rows<CoveredRow>(coveredStretches, [this.session.clientId, syncId]);
    return rows.map((row) => ({
      start: toInstant(row.period_start),
      dueDate: toInstant(row.due_date),
      isInitial: row.is_initial,
      kind: row.is_apart ? 'range' : 'chain',
    }));
  }
}

interface CoveredRow extends WindowRow {
  readonly is_initial: boolean;
  readonly is_apart: boolean;
}

interface WindowRow {
  readonly period_start: Date;
  readonly due_date: Date;
}

const toWindow = (row: WindowRow): PeriodWindow => ({
  start: toInstant(row.period_start),
  dueDate: toInstant(row.due_date),
});
