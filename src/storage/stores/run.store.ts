import type { Instant } from '../../domain/time/instant.js';
import type { Page, PageRequest } from '../../ports/page.js';
import {
  RunStore,
  type NewRun,
  type Ownership,
  type Progress,
  type Run,
  type RunCause,
  type RunCheckpoint,
  type RunFilter,
  type RunState,
  type SaveProgress,
  type StartedRun,
} from '../../ports/runs.js';
import { addFirstLines, admittedRun, type AdmittedRow } from '../first-lines.js';
import type { Session } from '../session.js';
import { admitPeriods } from '../sql/admit-periods.js';
import { insertQueuedPeriod, insertRun, insertRunParameters, queuedPeriodParameters } from '../sql/insert-run.js';
import { runCauses } from '../sql/run-causes.js';
import { startRunsOfClient, toStartedRun, type StartedRow } from '../sql/start-run.js';
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
          and ($6::text is null or r.trigger = $6)
          and ($7::text is null or r.id < $7)
        order by r.id desc limit $8`,
      [
        this.session.clientId,
        filter.syncId ?? null,
        filter.companyId ?? null,
        filter.connectionId ?? null,
        filter.state ?? null,
        filter.trigger ?? null,
        page.after ?? null,
        page.limit + 1,
      ],
    );
    const data = rows.slice(0, page.limit).map(toRun);
    return rows.length > page.limit ? { data, nextAfter: data.at(-1)?.id } : { data };
  }

  override async active(syncId: string): Promise<string | undefined> {
    const [row] = await this.session.rows<{ id: string }>(
      `select id from run where client_id = $1 and sync_id = $2 and finished_at is null`,
      [this.session.clientId, syncId],
    );
    return row?.id;
  }

  override async causes(runId: string): Promise<readonly RunCause[]> {
    return this.session.rows<RunCause>(runCauses, [this.session.clientId, runId]);
  }

  override async insert(run: NewRun, now: Instant): Promise<Run> {
    const { clientId } = this.session;
    const { period } = run;
    if (period)
      await this.session.touched(insertQueuedPeriod, queuedPeriodParameters(clientId, { ...run, period }, now));
    const [row] = await this.session.rows<RunRow>(insertRun, insertRunParameters(clientId, run, now));
    if (!row) throw new Error(`Sync ${run.syncId} is gone.`);
    await addFirstLines(this.session, [{ ...run, clientId, attempt: 1 }], now);
    return toRun(row);
  }

  override async insertNextAttempt(runId: string, attemptId: string, now: Instant): Promise<Run | undefined> {
    const { clientId } = this.session;
    const [period] = await this.session.rows<{ id: string }>(
      `select id from sync_period
        where client_id = $1 and run_id = $2 and status = 'assigned' for no key update`,
      [clientId, runId],
    );
    if (!period) return undefined;
    const parameters = [[clientId], [period.id], [attemptId], new Date(now), null];
    const admitted = await this.session.rows<AdmittedRow>(admitPeriods, parameters);
    await addFirstLines(this.session, admitted.map(admittedRun), now);
    await this.requestAbort(attemptId, now);
    return this.find(attemptId);
  }

  override async start(owner: Ownership, now: Instant): Promise<StartedRun | undefined> {
    const [row] = await this.session.rows<StartedRow>(startRunsOfClient, [
      [this.session.clientId],
      [owner.runId],
      [owner.token],
      new Date(now),
    ]);
    return row && toStartedRun(row);
  }

  override async hold({ runId, token }: Ownership): Promise<boolean> {
    const held = await this.session.rows(
      'select 1 as held from run where client_id = $1 and id = $2 and owner_token = $3 for no key update',
      [this.session.clientId, runId, token],
    );
    return held.length > 0;
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
      `update run set abort_requested_at = case when finished_at is null
                                                then coalesce(abort_requested_at, $3) else abort_requested_at end
        where client_id = $1 and id = $2 returning state`,
      [this.session.clientId, runId, new Date(now)],
    );
    return row?.state;
  }
}
