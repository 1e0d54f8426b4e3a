import { instantOf, type Instant } from '../time/instant.js';
import type { Lane } from './lane.js';
import { LaneRooms } from './lane-rooms.js';
import { LimitRooms, type LimitRoom } from './limit-rooms.js';
import type { Limit, LoadCurve } from './load-curve.js';
import { firstForAll, type Span, type Work } from './slot-rooms.js';
import { stableHash } from './stable-hash.js';

/** Work that is to get a slot. */
export interface SlotClaim {
  readonly id: string;
  /** Seconds of work. */
  readonly cost: number;
  readonly lane: Lane;
  readonly limits: readonly Limit[];
  /** The run date is in `[begin, deadline)`. */
  readonly begin: number;
  readonly deadline: number;
}

/** A slot, by its number, and the run date in it. */
export interface FoundSlot {
  readonly slot: number;
  readonly runDate: Instant;
}

/** Why a slot was not found earlier. */
export type SlotFull = 'capacity' | 'backfill_share' | 'client_limit' | 'connection_limit' | 'source_limit';

/** The slots from now on, in milliseconds of work: what the lanes and the limits leave of each. */
export class Slots {
  readonly lanes: LaneRooms;
  private readonly limits: LimitRooms;
  readonly length: number;
  private readonly first: number;

  constructor(load: LoadCurve, now: Instant) {
    this.length = load.slotLength;
    this.first = Math.floor(now / this.length);
    this.lanes = new LaneRooms(Math.floor(load.capacity * 1_000), this.length);
    for (const booking of load.booked) {
      const index = this.slotOf(booking.slot);
      if ('lane' in booking && index >= 0) this.lanes.take(booking.lane, index, Math.ceil(booking.seconds * 1_000));
    }
    this.limits = new LimitRooms(load, (instant) => this.slotOf(instant));
  }

  /** The number of the slot that an instant is in; the present one is 0. */
  slotOf(instant: number): number {
    return Math.floor(instant / this.length) - this.first;
  }

  startOf(slot: number): Instant {
    return instantOf((slot + this.first) * this.length);
  }

  /** The first slot that has room for the work in its lane and under all its limits. */
  firstFor(claim: SlotClaim, reserve: boolean): number | undefined {
    if (!this.lanes.hold) return undefined;
    const { from, before } = this.spanOf(claim);
    const rooms = this.lanes.of(claim.lane, reserve);
    const work = this.laneWork(claim);
    // What most have: it saves a tenth of the time.
    if (claim.limits.length === 0) return rooms.firstFor(work, from, before);
    const limitWork = this.limits.workOf(work.need);
    const all = [
      { rooms, work },
      ...this.limits.of(claim.limits).map((room) => ({ rooms: room.rooms, work: limitWork })),
    ];
    return firstForAll(all, { from, before });
  }

  /** The same, with the run date in it. */
  firstWithDate(claim: SlotClaim, reserve: boolean): FoundSlot | undefined {
    const slot = this.firstFor(claim, reserve);
    return slot === undefined ? undefined : { slot, runDate: this.runDateIn(slot, claim, true) };
  }

  /** The last slot in time that has room for the work in its lane, where one slot holds all of it. */
  lastFor(claim: SlotClaim): number | undefined {
    const { need, part } = this.laneWork(claim);
    const { from, before } = this.spanOf(claim);
    if (!this.lanes.hold || need > part) return undefined;
    return this.lanes.of(claim.lane, false).lastWithRoom(from, before, need);
  }

  /** Whether a slot has room for the work in its lane. */
  holds(slot: number, claim: SlotClaim, reserve: boolean): boolean {
    return this.lanes.hold && this.lanes.of(claim.lane, reserve).hasRoomFor(this.laneWork(claim), slot);
  }

  /** Where work goes that finds no room in time: the slot with the most, so that it is spread evenly. */
  leastFull(claim: SlotClaim): number {
    const { from, before } = this.spanOf(claim);
    return this.lanes.of(claim.lane, true).withMostRoom(from, before);
  }

  /** What was full in a slot that the work did not get: the most particular of all that were. */
  fullIn(slot: number, claim: SlotClaim): SlotFull {
    const work = this.laneWork(claim);
    const limitWork = this.limits.workOf(work.need);
    const full = this.limits.of(claim.limits).find(({ rooms }) => !rooms.hasRoomFor(limitWork, slot));
    if (full !== undefined) return `${full.limit.kind}_limit`;
    return claim.lane === 'backfill' && this.lanes.all.hasRoomFor(work, slot) ? 'backfill_share' : 'capacity';
  }

  /** Takes the room of the work from a slot on, or gives it back. */
  occupy(slot: number, claim: SlotClaim, sign: 1 | -1 = 1): void {
    const { need, part } = this.laneWork(claim);
    for (let rest = need, at = slot; rest > 0; rest -= part, at += 1) {
      this.lanes.take(claim.lane, at, sign * Math.min(rest, part));
    }
    for (const { rooms } of this.limits.of(claim.limits)) {
      for (let rest = need, at = slot; rest > 0; rest -= this.length, at += 1) {
        rooms.set(at, rooms.room(at) - sign * Math.min(rest, this.length));
      }
    }
  }

  /** As far into the slot as the most used of what the work needs is used; without room, where its id says. */
  runDateIn(slot: number, claim: SlotClaim, room: boolean): Instant {
    const start = this.startOf(slot);
    const from = Math.max(start, claim.begin);
    const upTo = Math.min(start + this.length, claim.deadline);
    const used = room ? this.usedBefore(slot, claim) : stableHash(claim.id) / 2 ** 32;
    return instantOf(from + Math.floor(used * (upTo - from)));
  }

  private usedBefore(slot: number, claim: SlotClaim): number {
    let used = this.lanes.used(slot);
    for (const room of this.limits.of(claim.limits)) used = Math.max(used, 1 - leftOf(room, slot));
    return used;
  }

  private laneWork(claim: SlotClaim): Work {
    const need = Math.ceil(claim.cost * 1_000);
    return { need, part: this.lanes.hold ? this.lanes.partOf(claim.lane) : need };
  }

  private spanOf({ begin, deadline }: SlotClaim): Span {
    return { from: this.slotOf(begin), before: Math.ceil(deadline / this.length) - this.first };
  }
}

/** What is left of a slot under a limit, at most 1. */
const leftOf = ({ rooms }: LimitRoom, slot: number): number => rooms.room(slot) / rooms.capacity;
