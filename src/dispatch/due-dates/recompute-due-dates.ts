import { Injectable, Logger } from '@nestjs/common';
import { recomputedDueDate } from '../../domain/schedule/recomputed-due-date.js';
import { isOlderThan } from '../../domain/time/time-zone-release.js';
import { SECOND, type Instant } from '../../domain/time/instant.js';
import { Config } from '../../platform/config.js';
import { makeId } from '../../platform/new-id.js';
import { Ticks } from '../../platform/ticks.js';
import { TimeZoneData } from '../../platform/time-zone-data.js';
import { Clock } from '../../ports/clock.js';
import { Database } from '../../ports/database.js';
import type { DueDateChange, RecomputedPeriod, WaitingPeriod } from '../../ports/due-dates.js';
import type { DispatcherStores } from '../../ports/stores.js';
import { TimeZoneStanding } from './time-zone-standing.js';

/** Most periods in one transaction: 0.1 to 0.2 s of locks, during which an edit of these syncs would wait. */
const BATCH = 2_000;

/**
 * Recomputes the due dates that older time zone data gave, with a line for each that moves. Due dates are civil dates
 * at an hour in a zone, so a government that changes its clocks moves the instants that have not come yet. What has
 * succeeded is an instant and stays one, and what runs keeps the due date it began with.
 */
@Injectable()
export class RecomputeDueDates {
  private readonly logger = new Logger('time-zones');

  constructor(
    config: Config,
    ticks: Ticks,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly timeZoneData: TimeZoneData,
    private readonly standing: TimeZoneStanding,
  ) {
    if (config.roles.has('dispatcher')) ticks.every('time-zone-data', 10 * SECOND, (signal) => this.tick(signal));
  }

  /** Batch after batch until nothing older is left. */
  async tick(signal?: AbortSignal): Promise<void> {
    const own = this.timeZoneData.version;
    const used = await this.database.asDispatcher(({ dueDates }) => dueDates.versions());
    for (const version of used.filter((one) => isOlderThan(one, own))) {
      const moved = await this.recompute(version, signal);
      if (moved > 0) this.logger.warn(`tzdata ${own} in place of ${version}: ${moved} due dates moved.`);
    }
  }

  /** All that one version gave, unless the process is to stop. Answers how many due dates moved. */
  private async recompute(version: string, signal?: AbortSignal): Promise<number> {
    let moved = 0;
    for (;;) {
      const done = await this.batch(version);
      moved += done.moved;
      if (done.looked < BATCH || signal?.aborted === true) return moved;
    }
  }

  private async batch(version: string): Promise<{ readonly looked: number; readonly moved: number }> {
    const now = await this.clock.now();
    return this.database.asDispatcher(async (stores: DispatcherStores) => {
      if (await this.standing.isOutdated(stores, now)) return { looked: 0, moved: 0 };
      const waiting = await stores.dueDates.lock(version, BATCH);
      const recomputed = waiting.map((period) => ({ period, after: recomputedOf(period) }));
      const basis = { now, previousTimeZoneData: version, timeZoneData: this.timeZoneData.version };
      const changes = recomputed.flatMap((one) => changesOf(one, basis));
      const saved = recomputed.map(({ after }) => after);
      await stores.dueDates.save(saved, this.timeZoneData.version);
      await stores.dueDates.note(changes);
      return { looked: waiting.length, moved: changes.length };
    });
  }
}

interface Recomputed {
  readonly period: WaitingPeriod;
  readonly after: RecomputedPeriod;
}

function recomputedOf(period: WaitingPeriod): RecomputedPeriod {
  const { dueDate, heldDueDate, nextDueDate } = recomputedDueDate(period);
  const { clientId, id } = period;
  return { clientId, id, isMoved: dueDate !== period.dueDate, dueDate, heldDueDate, nextDueDate };
}

type Change = DueDateChange & { readonly clientId: string };
type Basis = Pick<DueDateChange, 'previousTimeZoneData' | 'timeZoneData'> & { readonly now: Instant };

function changesOf({ period, after }: Recomputed, { now, ...versions }: Basis): readonly Change[] {
  const { clientId, id: periodId, syncId, schedule } = period;
  const line = (isHeld: boolean, previousDueDate?: Instant, dueDate?: Instant): readonly Change[] => {
    if (previousDueDate === undefined || dueDate === undefined || previousDueDate === dueDate) return [];
    const [id, reason, timeZone] = [makeId('ddc', now), 'time_zone_data' as const, schedule.timeZone];
    const moved = { previousDueDate, dueDate, changedAt: now };
    return [{ clientId, id, syncId, periodId, reason, timeZone, isHeld, ...moved, ...versions }];
  };
  return [...line(false, period.dueDate, after.dueDate), ...line(true, period.heldDueDate, after.heldDueDate)];
}
