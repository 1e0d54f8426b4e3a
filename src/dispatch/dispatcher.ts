import { Injectable } from '@nestjs/common';
import { nextDueDate } from '../domain/schedule/due-date.js';
import { MINUTE, SECOND, later, plus, type Instant } from '../domain/time/instant.js';
import { quietUntil, type QuietHours } from '../domain/load/quiet-hours.js';
import { assignRunDates, type DuePeriod, type RunAssignment } from '../domain/load/run-date.js';
import { Config } from '../platform/config.js';
import { Ticks } from '../platform/ticks.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import type { AssignedPeriod, DispatchStore, PeriodDueSoon } from '../ports/dispatch.js';

/** How far ahead run dates are assigned: late enough to know the load, early enough to be shown. */
const HORIZON = 10 * MINUTE;
const SLOT_LENGTH = MINUTE;
/** Part of the pool that planning fills; the rest is room for retries and runs that take longer than expected. */
const PLANNED_SHARE = 0.8;
/** A worker not seen for this long takes nothing. Heartbeats come every two seconds. */
const ALIVE = 15 * SECOND;
/** Queued runs for each the pool executes: enough that no worker waits, few enough that no client does. */
const QUEUE_AHEAD = 2;
/** Age from which a run without a job counts as forgotten; its job is there when the run is. */
const LOST_AFTER = 5 * MINUTE;
/** Most periods assigned in one transaction. */
const BATCH = 10_000;

/** Turns due into run dates, and run dates into queued runs. */
@Injectable()
export class Dispatcher {
  constructor(
    config: Config,
    ticks: Ticks,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    if (!config.roles.has('dispatcher')) return;
    ticks.every('dispatch', SECOND, () => this.tick());
    ticks.every('runs-without-job', MINUTE, () => this.enqueueAgain());
  }

  /** One tick. Any number of dispatchers may run; one at a time finds work to do. */
  async tick(): Promise<void> {
    const now = await this.clock.now();
    await this.database.asDispatcher(async ({ dispatch, jobs }) => {
      if (!(await dispatch.lead())) return;
      const pool = await dispatch.pool(plus(now, -ALIVE));
      const quietHours = await dispatch.quietHours();
      await this.assign({ dispatch, quietHours, concurrency: pool.concurrency, now });
      const room = pool.concurrency * QUEUE_AHEAD - pool.admitted;
      // A run date that load has moved into quiet hours waits for their end as well.
      const quiet = [...quietHours].filter(([, hours]) => quietUntil(hours, now) !== undefined).map(([id]) => id);
      if (room > 0) await jobs.enqueueRuns(await dispatch.admit(now, room, quiet));
    });
  }

  /** Gives a new job to runs that have lost theirs. */
  async enqueueAgain(): Promise<void> {
    const now = await this.clock.now();
    await this.database.asDispatcher(async ({ dispatch, jobs }) =>
      jobs.enqueueRuns(await dispatch.withoutJob(plus(now, -LOST_AFTER))),
    );
  }

  private async assign({ dispatch, quietHours, concurrency, now }: AssignStep): Promise<void> {
    const due = await dispatch.dueSoon(plus(now, HORIZON), BATCH);
    if (due.length === 0) return;
    // Without a live worker the dates are those of one: plans are made before the workers are.
    const capacity = Math.max(1, concurrency) * (SLOT_LENGTH / SECOND) * PLANNED_SHARE;
    const slot = { slotLength: SLOT_LENGTH, capacity };
    const booked = await dispatch.booked(plus(now, -SLOT_LENGTH), slot);
    const periods = due.map((period) => toDuePeriod(period, quietHours.get(period.clientId), now));
    const byId = new Map(periods.map((period) => [period.id, period]));
    const assignments = assignRunDates(periods, { ...slot, booked }, now);
    await dispatch.assign(assignments.flatMap((one) => assignedPeriod(one, byId.get(one.id))));
  }
}

interface AssignStep {
  readonly dispatch: DispatchStore;
  readonly quietHours: ReadonlyMap<string, QuietHours>;
  readonly concurrency: number;
  readonly now: Instant;
}

const assignedPeriod = (assignment: RunAssignment, period: DuePeriod | undefined): readonly AssignedPeriod[] =>
  period ? [{ ...assignment, clientId: period.clientId, nextDueDate: period.nextDueDate }] : [];

function toDuePeriod(period: PeriodDueSoon, quiet: QuietHours | undefined, now: Instant): DuePeriod {
  const { id, clientId, dueDate, cost, weight, schedule } = period;
  const notBefore = quiet && quietUntil(quiet, later(dueDate, now));
  return { id, clientId, dueDate, nextDueDate: nextDueDate(schedule, dueDate), cost, weight, notBefore };
}
