import { Injectable } from '@nestjs/common';
import {
  HORIZON,
  PLANNED_TOGETHER,
  SLOT_LENGTH,
  WORKERS_REMEMBERED,
  WORKER_ALIVE,
  slotCapacity,
} from '../../domain/load/planning.js';
import { assignRunDates, type RunAssignment } from '../../domain/load/run-date.js';
import { SECOND, plus, type Instant } from '../../domain/time/instant.js';
import { Config } from '../../platform/config.js';
import { Ticks } from '../../platform/ticks.js';
import { startTurn } from '../../platform/turn.js';
import { Clock } from '../../ports/clock.js';
import { Database } from '../../ports/database.js';
import type { AssignedPeriod, DispatchStore, PeriodDueSoon, TypicalSeconds } from '../../ports/dispatch.js';
import { TimeZoneStanding } from '../due-dates/time-zone-standing.js';
import { duePeriods, type PlacedPeriod } from './due-periods.js';

/** Most periods assigned in one transaction: an edit of one of their syncs waits for it. */
const SAVED_TOGETHER = 10_000;
const EVERY = SECOND;
/** Milliseconds between looks while syncs catch up: the first, doubled each time nothing is found, up to a tick. */
const FIRST_PAUSE = 20;

/** Turns due into run dates: the only place that does. */
@Injectable()
export class AssignRunDates {
  constructor(
    private readonly config: Config,
    ticks: Ticks,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly timeZones: TimeZoneStanding,
  ) {
    if (config.roles.has('dispatcher')) ticks.every('assign-run-dates', EVERY, (signal) => this.tick(signal));
  }

  /**
   * Plans what is due soon. Where some of it was overdue, looks again within moments: a sync that catches up period by
   * period has its next one planned when the one before is settled, and that is due already.
   */
  async tick(signal?: AbortSignal): Promise<void> {
    const turn = startTurn(EVERY, signal);
    for (let pause = EVERY; turn.goesOn();) {
      const overdue = await turn.look(() => this.look());
      pause = overdue > 0 ? FIRST_PAUSE : pause * 2;
      if (pause > EVERY) return;
      await turn.rest(pause);
    }
  }

  /**
   * Any number of dispatchers may look; one at a time finds work to do. Answers how many periods were planned of those
   * that had been due.
   */
  async look(): Promise<number> {
    const now = await this.clock.now();
    return this.database.asDispatcher(async (stores) => {
      const { dispatch } = stores;
      if ((await this.timeZones.isOutdated(stores, now)) || !(await dispatch.lead())) return 0;
      const due = await dispatch.dueSoon(plus(now, HORIZON), PLANNED_TOGETHER);
      if (due.length === 0) return 0;
      const concurrency = await dispatch.concurrency(plus(now, -WORKER_ALIVE), plus(now, -WORKERS_REMEMBERED));
      const assigned = await this.assigned({ dispatch, due, capacity: slotCapacity(concurrency), now });
      // Planned together, saved in parts: this transaction only holds the lead while others keep what it came to.
      for (let from = 0; from < assigned.length; from += SAVED_TOGETHER)
        await this.save(assigned.slice(from, from + SAVED_TOGETHER));
      return assigned.filter(({ dueDate }) => dueDate <= now).length;
    });
  }

  private async save(assigned: readonly AssignedPeriod[]): Promise<void> {
    await this.database.asDispatcher(({ dispatch }) => dispatch.assign(assigned));
  }

  private async assigned({ dispatch, due, capacity, now }: AssignStep): Promise<readonly AssignedPeriod[]> {
    const { sourceLimits: sources } = this.config;
    const slot = { slotLength: SLOT_LENGTH, capacity };
    const booked = await dispatch.booked(plus(now, -SLOT_LENGTH), { ...slot, sources });
    const quiet = await dispatch.quietHours();
    const periods = duePeriods(due, { typical: await typicalFor(dispatch, due), quiet, sources, now });
    const byId = new Map(periods.map((period) => [period.id, period]));
    const assignments = assignRunDates(periods, { ...slot, booked }, now);
    return assignments.flatMap((one) => assignedPeriod(one, byId.get(one.id)));
  }
}

/** Asked only of clients with a sync of which no run has been measured. */
async function typicalFor(dispatch: DispatchStore, due: readonly PeriodDueSoon[]): Promise<TypicalSeconds> {
  const unknown = due.filter(({ averageRunSeconds }) => averageRunSeconds === undefined);
  if (unknown.length === 0) return { ofClients: new Map() };
  return dispatch.typicalSeconds([...new Set(unknown.map(({ clientId }) => clientId))]);
}

interface AssignStep {
  readonly dispatch: DispatchStore;
  readonly due: readonly PeriodDueSoon[];
  readonly capacity: number;
  readonly now: Instant;
}

const assignedPeriod = (assignment: RunAssignment, period: PlacedPeriod | undefined): readonly AssignedPeriod[] =>
  period ? [{ ...period, ...assignment }] : [];
