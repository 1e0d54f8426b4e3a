import type { Instant } from '../../domain/time/instant.js';
import type { QuietHours } from '../../domain/load/quiet-hours.js';
import type { LoadCurve } from '../../domain/load/run-date.js';
import type { RunJob } from '../../ports/job-queue.js';
import {
  DispatchStore,
  type AssignedPeriod,
  type LatePeriod,
  type LiveProcess,
  type PeriodDueSoon,
  type RunToStop,
} from '../../ports/dispatch.js';
import { makeId } from '../../platform/new-id.js';
import { toInstant } from '../columns.js';
import { addFirstLines, admittedRun, type AdmittedRow } from '../first-lines.js';
import { scheduleColumns, toSchedule, type ScheduleRow } from '../schedule-row.js';
import type { Session } from '../session.js';
import { admitPeriods, pickReady } from '../sql/admit-periods.js';
import { runsToStop } from '../sql/runs-to-stop.js';
import { runsWithoutJob } from '../sql/runs-without-job.js';
import { takeLate, toLatePeriod, type LateRow } from '../sql/take-late.js';
import { bookedBySlot } from '../sql/booked-by-slot.js';

/** The same for every dispatcher on one database. */
const DISPATCHER_LOCK = 4_871_263_191;

interface DueSoonRow extends ScheduleRow {
  readonly client_id: string;
  readonly id: string;
  readonly due_date: Date;
  readonly cost_seconds: number;
  readonly weight: number;
}

export class PgDispatchStore extends DispatchStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async lead(): Promise<boolean> {
    const [row] = await this.session.rows<{ lead: boolean }>('select pg_try_advisory_xact_lock($1) as lead', [
      DISPATCHER_LOCK,
    ]);
    return row?.lead ?? false;
  }

  override async dueSoon(horizon: Instant, limit: number): Promise<readonly PeriodDueSoon[]> {
    const rows = await this.session.rows<DueSoonRow>(
      `select p.client_id, p.id, p.due_date, p.cost_seconds, c.weight, ${scheduleColumns('s')}
         from sync_period p
         join sync s on s.client_id = p.client_id and s.id = p.sync_id
         join client c on c.id = p.client_id
        where p.status = 'planned' and p.due_date <= $1
        order by p.due_date limit $2`,
      [new Date(horizon), limit],
    );
    return rows.flatMap((row) => {
      const schedule = toSchedule(row);
      if (!schedule) return [];
      const { id, client_id: clientId, weight } = row;
      return [{ id, clientId, dueDate: toInstant(row.due_date), cost: row.cost_seconds, weight, schedule }];
    });
  }

  override async booked(
    from: Instant,
    { slotLength, capacity }: Pick<LoadCurve, 'slotLength' | 'capacity'>,
  ): Promise<ReadonlyMap<number, number>> {
    const rows = await this.session.rows<{ slot: number; seconds: number }>(bookedBySlot, [
      new Date(from),
      slotLength,
      capacity,
    ]);
    return new Map(rows.map((row) => [row.slot, row.seconds]));
  }

  override async assign(assignments: readonly AssignedPeriod[]): Promise<number> {
    if (assignments.length === 0) return 0;
    return this.session.touched(
      `update sync_period p
          set status = 'assigned', run_date = a.run_date, run_date_reason = a.reason, late_at = a.late_at
         from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::timestamptz[])
              as a (client_id, id, run_date, reason, late_at)
        where p.client_id = a.client_id and p.id = a.id and p.status = 'planned'`,
      [
        assignments.map((assignment) => assignment.clientId),
        assignments.map((assignment) => assignment.id),
        assignments.map((assignment) => new Date(assignment.runDate)),
        assignments.map((assignment) => assignment.reason),
        assignments.map((assignment) => new Date(assignment.nextDueDate)),
      ],
    );
  }

  override async takeLate(now: Instant, limit: number): Promise<readonly LatePeriod[]> {
    const rows = await this.session.rows<LateRow>(takeLate, [new Date(now), limit]);
    return rows.map(toLatePeriod);
  }

  override async pool(seenSince: Instant): Promise<{ readonly concurrency: number; readonly admitted: number }> {
    const [row] = await this.session.rows<{ concurrency: number; admitted: number }>(
      `select (select coalesce(sum(worker_concurrency), 0)::int from process
                where 'worker' = any (roles) and seen_at >= $1) as concurrency,
              (select count(*)::int from sync_period where status in ('queued', 'running'))
              -- Those in the hands of the client's own code take no room here.
              - (select count(*)::int from run where awaiting_until is not null and period_id is not null)
              -- Those asked for many at once wait for all others, not the others for them.
              - (select count(*)::int from sync_period p
                   join run r on r.client_id = p.client_id and r.id = p.run_id
                  where p.status = 'queued' and r.trigger = 'bulk') as admitted`,
      [new Date(seenSince)],
    );
    return row ?? { concurrency: 0, admitted: 0 };
  }

  override async admit(now: Instant, room: number, except: readonly string[]): Promise<readonly RunJob[]> {
    const picked = await this.session.rows<{ client_id: string; id: string }>(pickReady, [new Date(now), room, except]);
    if (picked.length === 0) return [];
    const admitted = await this.session.rows<AdmittedRow>(admitPeriods, [
      picked.map((period) => period.client_id),
      picked.map((period) => period.id),
      picked.map(() => makeId('run', now)),
      new Date(now),
    ]);
    await addFirstLines(this.session, admitted.map(admittedRun), now);
    return admitted.map((run) => ({ clientId: run.client_id, runId: run.id }));
  }

  override async withoutJob(createdBefore: Instant): Promise<readonly RunJob[]> {
    return this.session.rows<RunJob>(runsWithoutJob, [new Date(createdBefore)]);
  }

  override async quietHours(): Promise<ReadonlyMap<string, QuietHours>> {
    const rows = await this.session.rows<{ id: string; quiet_hours: QuietHours }>(
      'select id, quiet_hours from client where quiet_hours is not null',
    );
    return new Map(rows.map((row) => [row.id, row.quiet_hours]));
  }

  override async seen(process: LiveProcess, now: Instant): Promise<void> {
    await this.session.touched(
      `insert into process (id, roles, worker_concurrency, time_zone_data, started_at, seen_at)
       values ($1, $2, $3, $4, $5, $5)
       on conflict (id) do update set seen_at = excluded.seen_at`,
      [process.id, process.roles, process.workerConcurrency, process.timeZoneData, new Date(now)],
    );
  }

  override async forget(processId: string, seenBefore: Instant): Promise<void> {
    await this.session.touched('delete from process where id = $1 or seen_at < $2', [processId, new Date(seenBefore)]);
  }

  override async toStop(runs: readonly RunJob[]): Promise<readonly RunToStop[]> {
    return this.session.rows<RunToStop>(runsToStop, [runs.map((run) => run.clientId), runs.map((run) => run.runId)]);
  }
}
