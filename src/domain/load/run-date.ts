import { fairOrder } from './fair-order.js';
import { HOUR, instantOf } from '../time/instant.js';
import type { Instant } from '../time/instant.js';
import { SlotRooms } from './slot-rooms.js';
import { stableHash } from './stable-hash.js';

/** A period whose run date is to be chosen. */
export interface DuePeriod {
  readonly id: string;
  readonly clientId: string;
  readonly dueDate: Instant;
  readonly nextDueDate: Instant;
  /** Seconds of work it is expected to take. */
  readonly cost: number;
  /** The client's share compared with others, 1 unless it was given more. */
  readonly weight?: number;
  /** The end of a quiet window: no run date before it. */
  readonly notBefore?: Instant;
}

/** What the machines can do, and what they have been given already. */
export interface LoadCurve {
  /** Milliseconds. */
  readonly slotLength: number;
  /** Seconds of work one slot holds. */
  readonly capacity: number;
  /** Seconds of work by the instant a slot starts: a multiple of the slot length. */
  readonly booked: ReadonlyMap<number, number>;
}

/**
 * Why a run date is what it is: at the due date; spread behind others within the slot of the due date; as soon as can
 * be, as the due date has passed; after a quiet window; in a later slot, as earlier ones were full; or spread over slots
 * that were all full before the next due date.
 */
export type RunDateReason = 'on_time' | 'spread' | 'catch_up' | 'quiet_hours' | 'capacity' | 'overload';

export interface RunAssignment {
  readonly id: string;
  readonly runDate: Instant;
  /** Start of the slot that holds the run date. */
  readonly slot: Instant;
  readonly reason: RunDateReason;
}

/** The cost of a run nobody has seen yet, in seconds. */
export const UNKNOWN_COST = 5;
/** Periods with less time than this until their next due date are served first: the others can give way. */
const URGENT = HOUR;
/** Milliseconds of work: a slot that holds less holds nothing. */
const LEAST_CAPACITY = 1_000;

/**
 * Chooses a run date for each period: in the earliest slot with room, at or after its due date and now, and before its
 * next due date. Within a slot runs start one after another, as its capacity is used up: a lone period starts when it
 * is due, equal due dates spread. Pure, independent of the order of the input, never over capacity while there is room.
 */
export function assignRunDates(due: readonly DuePeriod[], load: LoadCurve, now: Instant): readonly RunAssignment[] {
  const claims = due.map((period) => claimOf(period, load.slotLength, now));
  const urgent = claims.filter((claim) => claim.deadline - claim.begin < URGENT);
  const patient = claims.filter((claim) => claim.deadline - claim.begin >= URGENT);
  const slots = new Slots(load, now);
  return [...fairOrder(urgent), ...fairOrder(patient)].map((claim) => slots.place(claim));
}

interface RunClaim {
  readonly id: string;
  readonly clientId: string;
  readonly dueDate: Instant;
  readonly cost: number;
  readonly weight?: number;
  /** The run date is in `[begin, deadline)`. */
  readonly begin: number;
  readonly deadline: number;
  /** A quiet window decides where `begin` is. */
  readonly quiet: boolean;
}

function claimOf(period: DuePeriod, slotLength: number, now: Instant): RunClaim {
  const { id, clientId, dueDate, nextDueDate, weight, notBefore = dueDate } = period;
  const begin = Math.max(dueDate, now, notBefore);
  // Where the next due date has passed as well, the period gets as long as it would have had.
  const deadline = nextDueDate > begin ? nextDueDate : begin + Math.max(nextDueDate - dueDate, slotLength);
  const cost = Number.isFinite(period.cost) && period.cost > 0 ? period.cost : UNKNOWN_COST;
  return { id, clientId, dueDate, cost, weight, begin, deadline, quiet: notBefore === begin && begin > dueDate };
}

/** The slots from now on, in milliseconds of work. */
class Slots {
  private readonly length: number;
  private readonly first: number;
  private readonly rooms: SlotRooms;

  constructor(load: LoadCurve, now: Instant) {
    this.length = load.slotLength;
    this.first = Math.floor(now / this.length);
    this.rooms = new SlotRooms(Math.floor(load.capacity * 1_000));
    for (const [slot, seconds] of load.booked) {
      const index = Math.floor(slot / this.length) - this.first;
      if (index >= 0) this.rooms.take(index, Math.ceil(seconds * 1_000));
    }
  }

  place(claim: RunClaim): RunAssignment {
    const need = Math.ceil(claim.cost * 1_000);
    const from = Math.floor(claim.begin / this.length) - this.first;
    const before = Math.ceil(claim.deadline / this.length) - this.first;
    const found = this.slotFor(need, from, before);
    const index = found ?? this.rooms.withMostRoom(from, before);
    const runDate = this.runDateIn(index, claim, found === undefined);
    if (found === undefined) this.rooms.take(index, need);
    else this.occupy(index, need);
    const slot = instantOf((index + this.first) * this.length);
    return {
      id: claim.id,
      runDate,
      slot,
      reason: found === undefined ? 'overload' : reasonOf(claim, runDate, index > from),
    };
  }

  /** The first slot that has room for the work, or, for more than a slot holds, from which on enough slots are free. */
  private slotFor(need: number, from: number, before: number): number | undefined {
    const { capacity } = this.rooms;
    if (capacity < LEAST_CAPACITY) return undefined;
    const slot = this.rooms.firstWithRoom(from, before, Math.min(need, capacity));
    if (slot === undefined || need <= capacity) return slot;
    const taken = this.firstTaken(slot, need);
    return taken === undefined ? slot : this.slotFor(need, taken + 1, before);
  }

  /** The first of the slots that the work would occupy from `slot` on which does not have the room. */
  private firstTaken(slot: number, need: number): number | undefined {
    const { capacity } = this.rooms;
    let at = slot;
    for (let rest = need; rest > 0; rest -= capacity, at += 1) {
      if (this.rooms.room(at) < Math.min(rest, capacity)) return at;
    }
    return undefined;
  }

  private occupy(slot: number, need: number): void {
    let at = slot;
    for (let rest = need; rest > 0; rest -= this.rooms.capacity, at += 1) {
      this.rooms.take(at, Math.min(rest, this.rooms.capacity));
    }
  }

  /** As far into the slot as its capacity is used; where there is none to go by, at a place that depends on the id. */
  private runDateIn(index: number, claim: RunClaim, overload: boolean): Instant {
    const slot = (index + this.first) * this.length;
    const from = Math.max(slot, claim.begin);
    const upTo = Math.min(slot + this.length, claim.deadline);
    const used = overload ? stableHash(claim.id) / 2 ** 32 : 1 - this.rooms.room(index) / this.rooms.capacity;
    return instantOf(from + Math.floor(used * (upTo - from)));
  }
}

function reasonOf(claim: RunClaim, runDate: Instant, moved: boolean): RunDateReason {
  if (moved) return 'capacity';
  if (claim.quiet) return 'quiet_hours';
  if (claim.begin > claim.dueDate) return 'catch_up';
  return runDate === claim.dueDate ? 'on_time' : 'spread';
}
