import { SECOND, type Instant } from '../../domain/time/instant.js';
import type { QuietHours } from '../../domain/load/quiet-hours.js';
import type { Lane } from '../../domain/load/lane.js';
import type { LimitKind, LoadCurve } from '../../domain/load/load-curve.js';
import { mostInSlot } from '../../domain/load/planning.js';
import { limitKey } from '../../domain/load/run-limits.js';
import type { RunJob } from '../../ports/job-queue.js';
import {
  DispatchStore,
  type AssignedPeriod,
  type AssignedRun,
  type BookedSlots,
  type LatePeriod,
  type LiveProcess,
  type MovedPeriod,
  type PeriodDueSoon,
  type RunToStop,
  type TypicalSeconds,
} from '../../ports/dispatch.js';
import { orUndefined } from '../columns.js';
import type { Session } from '../session.js';
import { runsToStop } from '../sql/runs-to-stop.js';
import { takeLate, toLatePeriod, type LateRow } from '../sql/take-late.js';
import { anyLimit, bookedByLimit } from '../sql/booked-by-limit.js';
import { assignedInSlots, moveAssigned, toAssignedRun, type AssignedInSlotRow } from '../sql/assigned-in-slots.js';
import { assignParameters, assignPeriods } from '../sql/assign-periods.js';
import { dueSoon, toDueSoon, type DueSoonRow } from '../sql/due-soon.js';
import { typicalOfAll, typicalOfClients, type TypicalRow } from '../sql/typical-seconds.js';
import { concurrencyAt, concurrencyNowOrBefore, notePlannedPool, noteProcess } from '../sql/processes.js';
import { bookedBySlot } from '../sql/booked-by-slot.js';

/** The same for every dispatcher on one database. */
const DISPATCHER_LOCK = 4_871_263_191;

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
    const rows = await this.session.rows<DueSoonRow>(dueSoon, [new Date(horizon), limit]);
    return rows.flatMap(toDueSoon);
  }

  override async typicalSeconds(clientIds: readonly string[]): Promise<TypicalSeconds> {
    const rows = await this.session.rows<TypicalRow>(typicalOfClients, [clientIds]);
    const ofClients = new Map(rows.map((row) => [row.client_id, row.seconds]));
    if (clientIds.every((id) => ofClients.has(id))) return { ofClients };
    const [all] = await this.session.rows<{ seconds: number | null }>(typicalOfAll);
    return { ofClients, ofAll: orUndefined(all?.seconds ?? null) };
  }

  override async booked(from: Instant, slots: BookedSlots): Promise<LoadCurve['booked']> {
    const { slotLength, capacity } = slots;
    const byLane = await this.session.rows<{ slot: number; seconds: number; lane: Lane }>(bookedBySlot, [
      new Date(from),
      slotLength,
      mostInSlot('regular', { capacity, slotLength: slotLength / SECOND }),
      mostInSlot('backfill', { capacity, slotLength: slotLength / SECOND }),
    ]);
    return [...byLane, ...(await this.bookedByLimit(from, slots))];
  }

  private async bookedByLimit(from: Instant, { slotLength, sources }: BookedSlots): Promise<LoadCurve['booked']> {
    const isEveryHost = sources.most !== undefined;
    if (!isEveryHost && sources.exceptions.size === 0) {
      const [row] = await this.session.rows<{ any: boolean }>(anyLimit);
      if (!row?.any) return [];
    }
    const rows = await this.session.rows<{ kind: LimitKind; id: string; slot: number; seconds: number }>(
      bookedByLimit,
      [new Date(from), slotLength, isEveryHost, [...sources.exceptions.keys()]],
    );
    return rows.map(({ kind, id, slot, seconds }) => ({ limit: limitKey(kind, id), slot, seconds }));
  }

  override async assignedIn(slots: readonly number[], slotLength: number): Promise<readonly AssignedRun[]> {
    if (slots.length === 0) return [];
    const from = new Date(slots.reduce((earliest, slot) => Math.min(earliest, slot)));
    const rows = await this.session.rows<AssignedInSlotRow>(assignedInSlots, [slots, slotLength, from]);
    return rows.map(toAssignedRun);
  }

  override async move(moves: readonly MovedPeriod[]): Promise<number> {
    if (moves.length === 0) return 0;
    return this.session.touched(moveAssigned, [
      moves.map(({ clientId }) => clientId),
      moves.map(({ id }) => id),
      moves.map(({ runDate }) => new Date(runDate)),
      moves.map(({ reason }) => reason),
    ]);
  }

  override async assign(assignments: readonly AssignedPeriod[]): Promise<number> {
    if (assignments.length === 0) return 0;
    return this.session.touched(assignPeriods, assignParameters(assignments));
  }

  override async takeLate(now: Instant, limit: number): Promise<readonly LatePeriod[]> {
    const rows = await this.session.rows<LateRow>(takeLate, [new Date(now), limit]);
    return rows.map(toLatePeriod);
  }

  override async quietHours(): Promise<ReadonlyMap<string, QuietHours>> {
    const rows = await this.session.rows<{ id: string; quiet_hours: QuietHours }>(
      'select id, quiet_hours from client where quiet_hours is not null',
    );
    return new Map(rows.map((row) => [row.id, row.quiet_hours]));
  }

  override async seen(process: LiveProcess, now: Instant): Promise<void> {
    const { id, roles, workerConcurrency, timeZoneData } = process;
    await this.session.touched(noteProcess, [id, roles, workerConcurrency, timeZoneData, new Date(now)]);
  }

  override async stopped(processId: string, seenBefore: Instant, now: Instant): Promise<void> {
    await this.session.touched('update process set stopped_at = $2 where id = $1', [processId, new Date(now)]);
    await this.session.touched('delete from process where seen_at < $1', [new Date(seenBefore)]);
  }

  override async concurrency(alive: Instant, before: Instant): Promise<number> {
    return this.number(concurrencyNowOrBefore, [new Date(alive), new Date(before)]);
  }

  override async concurrencyAt(instant: Instant): Promise<number> {
    return this.number(concurrencyAt, [new Date(instant)]);
  }

  override async plannedFor(): Promise<number | undefined> {
    const [row] = await this.session.rows<{ concurrency: number }>('select concurrency from planned_pool');
    return row?.concurrency;
  }

  override async planFor(concurrency: number, now: Instant): Promise<void> {
    await this.session.touched(notePlannedPool, [concurrency, new Date(now)]);
  }

  private async number(statement: string, parameters: readonly unknown[]): Promise<number> {
    const [row] = await this.session.rows<{ concurrency: number }>(statement, parameters);
    return row?.concurrency ?? 0;
  }

  override async toStop(runs: readonly RunJob[]): Promise<readonly RunToStop[]> {
    return this.session.rows<RunToStop>(runsToStop, [runs.map((run) => run.clientId), runs.map((run) => run.runId)]);
  }
}
