import type { Instant } from '../../domain/time/instant.js';
import type { Page, PageRequest } from '../../ports/page.js';
import {
  RunStore,
  type NewRun,
  type Ownership,
  type Progress,
  type Run,
  type RunCheckpoint,
  type RunFilter,
  type RunState,
  type SaveProgress,
  type StartedRun,
} from '../../ports/runs.js';
import { toDate } from '../columns.js';
import type { Session } from '../session.js';
import { startRun, toStartedRun, type StartedRow } from '../sql/start-run.js';
import { nextAttempt, runColumns, toRun, type RunRow } from './run-row.js';

export class PgRunStore extends RunStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async find(runId: string): Promise<Run | undefined> {
    const [row] = await this.session.rows<RunRow>(
      `select ${runColumns('r')}, ${nextAttempt} from run r where r.client_id = $1 and r.id = $2`,
      [this.session.clientId, runId],
    );
    return row && toRun(row);
  }

  override async list(filter: RunFilter, page: PageRequest): Promise<Page<Run>> {
    const rows = await this.session.rows<RunRow>(
      `select ${runColumns('r')}, ${nextAttempt} from run r
        where r.client_id = $1
          and ($2::text is null or r.sync_id = $2)
          and ($3::text is null or r.company_id = $3)
          and ($4::text is null or r.connection_id = $4)
          and ($5::text is null or r.state = $5)
          and ($6::text is null or r.id < $6)
        order by r.id desc limit $7`,
      [
        this.session.clientId,
        filter.syncId ?? null,
        filter.companyId ?? null,
        filter.connectionId ?? null,
        filter.state ?? null,
        page.after ?? null,
        page.limit + 1,
      ],
    );
    const data = rows.slice(0, page.limit).map(toRun);
    return rows.length > page.limit ? { data, nextAfter: data.at(-1)?.id } : { data };
  }

  override async active(syncId: string): Promise<string | undefined> {
    const [row] = await this.session.rows<{ id: string }>(
      `select id from run where client_id = $1 and sync_id = $2 and state in ('created', 'running')`,
      [this.session.clientId, syncId],
    );
    return row?.id;
  }

  override async insert(run: NewRun, now: Instant): Promise<Run> {
    if (run.period) await this.insertPeriod(run, now);
    const [row] = await this.session.rows<RunRow>(
      `insert into run as r (client_id, id, sync_id, company_id, connection_id, period_id, trigger, actor, mode, models,
                             sync_only, since, since_by, last_count, last_by, rerun_of, caused_by, reason,
                             force, range_start, range_finish, due_date, run_date, attempt, created_at)
       select s.client_id, $3, s.id, s.company_id, s.connection_id, $4, $5, $6::jsonb, $7, $8::text[],
              $14, $15::timestamptz, $16, $17::integer, $18, $19, $20, $21,
              $9, $10, $11, $12, $13, 1, $13
         from sync s where s.client_id = $1 and s.id = $2
       returning ${runColumns('r')}`,
      [
        this.session.clientId,
        run.syncId,
        run.id,
        run.period?.id ?? null,
        run.trigger,
        run.actor ? JSON.stringify(run.actor) : null,
        run.mode,
        run.models ?? null,
        run.force,
        toDate(run.range.start),
        toDate(run.range.finish),
        toDate(run.period?.window.dueDate),
        new Date(now),
        run.syncOnly,
        toDate(run.filter.since?.at),
        run.filter.since?.by,
        run.filter.last?.count,
        run.filter.last?.by,
        run.rerunOf,
        run.causedBy,
        run.reason,
      ],
    );
    if (!row) throw new Error(`Sync ${run.syncId} is gone.`);
    return toRun(row);
  }

  private async insertPeriod(run: NewRun, now: Instant): Promise<void> {
    const { period } = run;
    if (!period) return;
    await this.session.touched(
      `insert into sync_period (client_id, id, sync_id, kind, status, period_start, due_date, held_due_date, run_date,
                                run_date_reason, is_initial, recovered_due_dates, attempt, run_id, time_zone_data, created_at)
       values ($1, $2, $3, $4, 'queued', $5, $6, $7, $8, 'requested', $9, $10, 1, $11, $12, $8)`,
      [
        this.session.clientId,
        period.id,
        period.syncId,
        period.kind,
        toDate(period.window.start),
        toDate(period.window.dueDate),
        toDate(period.heldDueDate),
        new Date(now),
        period.window.isInitial,
        period.window.recoveredDueDates,
        run.id,
        period.timeZoneData,
      ],
    );
  }

  override async start(owner: Ownership, now: Instant): Promise<StartedRun | undefined> {
    const [row] = await this.session.rows<StartedRow>(startRun, [
      this.session.clientId,
      owner.runId,
      owner.token,
      new Date(now),
    ]);
    return row && toStartedRun(row);
  }

  override async saveProgress(owner: Ownership, checkpoint: RunCheckpoint, progress: Progress): Promise<SaveProgress> {
    const [row] = await this.session.rows<{ abort: boolean }>(
      `update run set checkpoint = $4::jsonb, progress = $5::jsonb, progressed = true
        where client_id = $1 and id = $2 and owner_token = $3
       returning abort_requested_at is not null as abort`,
      [this.session.clientId, owner.runId, owner.token, JSON.stringify(checkpoint), JSON.stringify(progress)],
    );
    if (!row) return 'lost';
    return row.abort ? 'abort_requested' : 'saved';
  }

  override async requestAbort(runId: string, now: Instant): Promise<RunState | undefined> {
    const [row] = await this.session.rows<{ state: RunState }>(
      `update run set abort_requested_at = case when state in ('created', 'running')
                                                then coalesce(abort_requested_at, $3) else abort_requested_at end
        where client_id = $1 and id = $2 returning state`,
      [this.session.clientId, runId, new Date(now)],
    );
    return row?.state;
  }
}
