import { DAY, MINUTE, later, plus, type Instant } from '../../src/domain/time/instant.js';
import { HORIZON, SLOT_LENGTH } from '../../src/domain/load/planning.js';
import type { DuePeriod } from '../../src/domain/load/run-claim.js';
import { assignRunDates, type RunDateReason } from '../../src/domain/load/run-date.js';
import { nextDueDate } from '../../src/domain/schedule/due-date.js';
import { nextDueDates } from '../../src/domain/schedule/next-due-dates.js';
import type { SyncSchedule } from '../../src/domain/schedule/sync-schedule.js';
import { BEGIN, type FleetSync } from './fleet.js';
import { SlotBook } from './slot-book.js';

/** A month more than is simulated: the longest that a run may be put off. */
const SLOTS_BEYOND = (32 * DAY) / SLOT_LENGTH;

export interface PlanOptions {
  readonly days: number;
  /** Seconds of work that a slot holds. */
  readonly capacity: number;
  readonly batch: number;
}

/** What has been planned, and what it would be if everything ran when it is due. */
export interface Planned {
  readonly before: SlotBook;
  readonly after: SlotBook;
  readonly reasons: ReadonlyMap<RunDateReason, number>;
  /** By client, seconds from the due date to the run date of each period. */
  readonly delays: readonly (readonly number[])[];
}

/** Plans a fleet day after day: each tick what comes within the horizon, each period after the one before has run. */
export class Plan implements Planned {
  readonly before: SlotBook;
  readonly after: SlotBook;
  readonly reasons = new Map<RunDateReason, number>();
  readonly delays: number[][];
  /** Syncs by the minute from which on their next period can be planned. */
  private readonly agenda: number[][];
  private readonly dueDates: Instant[];
  private readonly nextDue = new Map<SyncSchedule, { readonly after: Instant; readonly dueDate: Instant }>();
  private readonly first: boolean[];

  constructor(
    private readonly fleet: readonly FleetSync[],
    private readonly options: PlanOptions,
  ) {
    const minutes = (options.days * DAY) / MINUTE;
    const slots = minutes + SLOTS_BEYOND;
    this.before = new SlotBook(BEGIN, slots, Infinity);
    this.after = new SlotBook(BEGIN, slots, options.capacity);
    this.delays = Array.from({ length: 1 + fleet.reduce((most, { client }) => Math.max(most, client), 0) }, () => []);
    this.agenda = Array.from({ length: minutes }, () => []);
    this.first = fleet.map(({ firstCost }) => firstCost !== undefined);
    this.dueDates = [
      ...nextDueDates(
        fleet.map(({ schedule }) => schedule),
        plus(BEGIN, -1),
      ),
    ];
    for (const sync of fleet.keys()) this.awaits(sync, BEGIN);
  }

  run(): Planned {
    for (const [minute, syncs] of this.agenda.entries()) {
      const now = plus(BEGIN, minute * MINUTE);
      const due = syncs.toSorted((a, b) => this.dueDateOf(a) - this.dueDateOf(b));
      // As many transactions as it takes, each with what the ones before have booked.
      for (let from = 0; from < due.length; from += this.options.batch) {
        this.tick(due.slice(from, from + this.options.batch), now);
      }
      this.agenda[minute] = [];
    }
    return this;
  }

  private tick(syncs: readonly number[], now: Instant): void {
    const periods = new Map(syncs.flatMap((sync) => this.periodOf(sync)).map((period) => [period.id, period]));
    const load = { slotLength: SLOT_LENGTH, capacity: this.options.capacity, booked: this.after.bookings(now) };
    for (const { id, runDate, reason } of assignRunDates([...periods.values()], load, now)) {
      const period = periods.get(id);
      if (period === undefined) continue;
      this.record(period, runDate, reason);
      this.dueDates[period.sync] = period.nextDueDate;
      this.first[period.sync] = false;
      this.awaits(period.sync, plus(runDate, period.cost * 1_000));
    }
  }

  private record(period: SyncPeriod, runDate: Instant, reason: RunDateReason): void {
    const { dueDate, cost, lane, client } = period;
    this.before.put(dueDate, cost, lane);
    this.after.put(runDate, cost, lane);
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
    if (lane === 'regular') this.delays[client]?.push((runDate - dueDate) / 1_000);
  }

  /** Puts a sync down for the tick in which its next period can be planned: within the horizon, and settled before. */
  private awaits(sync: number, settled: Instant): void {
    const at = later(settled, plus(this.dueDateOf(sync), -HORIZON));
    this.agenda[Math.max(0, Math.ceil((at - BEGIN) / MINUTE))]?.push(sync);
  }

  private periodOf(sync: number): readonly SyncPeriod[] {
    const of = this.fleet[sync];
    if (of === undefined) return [];
    const dueDate = this.dueDateOf(sync);
    const nextDueDate = this.nextDueDateOf(of.schedule, dueDate);
    const isFirst = of.firstCost !== undefined && this.first[sync] === true;
    const cost = isFirst ? of.firstCost : of.cost;
    const lane = isFirst ? 'backfill' : 'regular';
    const clientId = `cli_${of.client}`;
    return [
      { id: `per_${sync}_${dueDate}`, clientId, client: of.client, sync, dueDate, nextDueDate, cost, lane, limits: [] },
    ];
  }

  private nextDueDateOf(schedule: SyncSchedule, after: Instant): Instant {
    const known = this.nextDue.get(schedule);
    if (known?.after === after) return known.dueDate;
    const dueDate = nextDueDate(schedule, after);
    this.nextDue.set(schedule, { after, dueDate });
    return dueDate;
  }

  private dueDateOf(sync: number): Instant {
    return this.dueDates[sync] ?? BEGIN;
  }
}

interface SyncPeriod extends DuePeriod {
  readonly sync: number;
  readonly client: number;
}
