import { Injectable } from '@nestjs/common';
import { quietUntil, type QuietHours } from '../../domain/load/quiet-hours.js';
import {
  HORIZON,
  PLANNED_TOGETHER,
  SLOT_LENGTH,
  WORKERS_REMEMBERED,
  WORKER_ALIVE,
  slotCapacity,
} from '../../domain/load/planning.js';
import type { DuePeriod } from '../../domain/load/run-claim.js';
import { assignRunDates, type RunAssignment } from '../../domain/load/run-date.js';
import { limitsOf, type SourceLimits } from '../../domain/load/run-limits.js';
import { nextDueDate } from '../../domain/schedule/due-date.js';
import { SECOND, later, plus, type Instant } from '../../domain/time/instant.js';
import { Config } from '../../platform/config.js';
import { Ticks } from '../../platform/ticks.js';
import { Clock } from '../../ports/clock.js';
import { Database } from '../../ports/database.js';
import type { AssignedPeriod, DispatchStore, PeriodDueSoon } from '../../ports/dispatch.js';
import { TimeZoneStanding } from '../due-dates/time-zone-standing.js';

/** Most periods assigned in one transaction: an edit of one of their syncs waits for it. */
const SAVED_TOGETHER = 10_000;

/** Turns due into run dates. */
@Injectable()
export class AssignRunDates {
  constructor(
    private readonly config: Config,
    ticks: Ticks,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly timeZones: TimeZoneStanding,
  ) {
    if (config.roles.has('dispatcher')) ticks.every('assign-run-dates', SECOND, () => this.tick());
  }

  /** Plans what is due soon. Any number of dispatchers may; one at a time finds work to do. */
  async tick(): Promise<void> {
    const now = await this.clock.now();
    await this.database.asDispatcher(async (stores) => {
      const { dispatch } = stores;
      if ((await this.timeZones.isOutdated(stores, now)) || !(await dispatch.lead())) return;
      const due = await dispatch.dueSoon(plus(now, HORIZON), PLANNED_TOGETHER);
      if (due.length === 0) return;
      const concurrency = await dispatch.concurrency(plus(now, -WORKER_ALIVE), plus(now, -WORKERS_REMEMBERED));
      const assigned = await this.assigned({ dispatch, due, capacity: slotCapacity(concurrency), now });
      // Planned together, saved in parts: this transaction only holds the lead while others keep what it came to.
      for (let from = 0; from < assigned.length; from += SAVED_TOGETHER)
        await this.save(assigned.slice(from, from + SAVED_TOGETHER));
    });
  }

  private async save(assigned: readonly AssignedPeriod[]): Promise<void> {
    await this.database.asDispatcher(({ dispatch }) => dispatch.assign(assigned));
  }

  private async assigned({ dispatch, due, capacity, now }: AssignStep): Promise<readonly AssignedPeriod[]> {
    const { sourceLimits: sources } = this.config;
    const quietHours = await dispatch.quietHours();
    const slot = { slotLength: SLOT_LENGTH, capacity };
    const booked = await dispatch.booked(plus(now, -SLOT_LENGTH), { ...slot, sources });
    const periods = due.map((period) => toDuePeriod(period, { quiet: quietHours.get(period.clientId), sources, now }));
    const byId = new Map(periods.map((period) => [period.id, period]));
    const assignments = assignRunDates(periods, { ...slot, booked }, now);
    return assignments.flatMap((one) => assignedPeriod(one, byId.get(one.id)));
  }
}

interface AssignStep {
  readonly dispatch: DispatchStore;
  readonly due: readonly PeriodDueSoon[];
  readonly capacity: number;
  readonly now: Instant;
}

interface DueContext {
  readonly quiet: QuietHours | undefined;
  readonly sources: SourceLimits;
  readonly now: Instant;
}

const assignedPeriod = (assignment: RunAssignment, period: DuePeriod | undefined): readonly AssignedPeriod[] =>
  period
    ? [{ ...assignment, clientId: period.clientId, dueDate: period.dueDate, nextDueDate: period.nextDueDate }]
    : [];

function toDuePeriod(period: PeriodDueSoon, { quiet, sources, now }: DueContext): DuePeriod {
  const { id, clientId, dueDate, cost, weight, lane, schedule } = period;
  return {
    id,
    clientId,
    dueDate,
    nextDueDate: nextDueDate(schedule, dueDate),
    cost,
    weight,
    lane,
    limits: limitsOf(period, sources),
    notBefore: quiet && quietUntil(quiet, later(dueDate, now)),
  };
}
