import { MINUTE } from '../../../src/domain/time/instant.js';
import type { Lane } from '../../../src/domain/load/lane.js';
import type { Booking, LoadCurve } from '../../../src/domain/load/load-curve.js';
import type { DuePeriod } from '../../../src/domain/load/run-claim.js';
import type { RunDateReason } from '../../../src/domain/load/run-date.js';
import { windowOf } from './load-scenarios.js';

type Work = Pick<DuePeriod, 'cost' | 'lane' | 'limits'>;

/** The oracle of the tests: seconds of work in each slot, counted one by one, with nothing clever about it. */
export class SlotTally {
  private readonly seconds = new Map<string, number>();

  constructor(
    readonly capacity: number,
    booked: readonly Booking[],
  ) {
    for (const booking of booked)
      this.add(booking.slot, 'lane' in booking ? booking.lane : booking.limit, booking.seconds);
  }

  /** Adds work that starts in a slot, and goes on in the next ones where it is longer than one takes of a run. */
  put(slot: number, { cost, lane, limits }: Work): void {
    this.parts(cost, Math.min(60, this.laneMost(lane))).forEach((part, n) => this.add(slot + n * MINUTE, lane, part));
    for (const { key } of limits) this.parts(cost, 60).forEach((part, n) => this.add(slot + n * MINUTE, key, part));
  }

  of(slot: number, what: string): number {
    return this.seconds.get(`${what} ${slot}`) ?? 0;
  }

  /** Backfills beyond their share wait for their turn, and take nothing more of the slot. */
  total(slot: number): number {
    return this.of(slot, 'regular') + Math.min(this.of(slot, 'backfill'), this.laneMost('backfill'));
  }

  laneMost(lane: Lane): number {
    return Math.floor(this.capacity * 1_000 * (lane === 'backfill' ? 0.5 : 0.9)) / 1_000;
  }

  /** Whether work that fits into one slot has room in it; regular work with what is kept for backfills or without. */
  hasRoom(slot: number, { cost, lane, limits }: Work, reserve: boolean): boolean {
    const [all, own] = [this.of(slot, 'regular') + this.of(slot, 'backfill'), this.of(slot, lane)];
    const inLane =
      lane === 'backfill'
        ? all + cost <= this.capacity && own + cost <= this.laneMost('backfill')
        : this.total(slot) + cost <= this.capacity && (reserve || own + cost <= this.laneMost('regular'));
    return inLane && limits.every(({ key, most }) => this.of(slot, key) + cost <= most * 60);
  }

  slots(): readonly number[] {
    return [...new Set([...this.seconds.keys()].map((key) => Number(key.split(' ').at(-1))))];
  }

  private add(slot: number, what: string, seconds: number): void {
    this.seconds.set(`${what} ${slot}`, this.of(slot, what) + seconds);
  }

  private parts(cost: number, most: number): readonly number[] {
    const parts: number[] = [];
    for (let rest = cost; rest > 0; rest -= most) parts.push(Math.min(rest, most));
    return parts;
  }
}

/** Where a period may run, as slots, in order. */
export function slotsOf(period: DuePeriod, now: DuePeriod['dueDate']): readonly number[] {
  const { begin, deadline } = windowOf(period, now);
  const slots: number[] = [];
  for (let slot = Math.floor(begin / MINUTE) * MINUTE; slot < deadline; slot += MINUTE) slots.push(slot);
  return slots;
}

/** What a load holds with what was assigned to it. */
export function tallyOf(
  load: LoadCurve,
  due: readonly DuePeriod[],
  assigned: readonly { readonly id: string; readonly slot: number; readonly reason: RunDateReason }[],
): SlotTally {
  const byId = new Map(due.map((period) => [period.id, period]));
  const tally = new SlotTally(load.capacity, load.booked);
  for (const { id, slot } of assigned) {
    const period = byId.get(id);
    if (period !== undefined) tally.put(slot, period);
  }
  return tally;
}
