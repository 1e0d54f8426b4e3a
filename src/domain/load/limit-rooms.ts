import type { Booking, Limit, LoadCurve } from './load-curve.js';
import { SlotRooms, type Work } from './slot-rooms.js';

/** Leaves of the tree of a limit to begin with: there may be as many limits as connections, most with little to do. */
const FIRST_SIZE = 16;

type LimitBooking = Extract<Booking, { readonly limit: string }>;

/** What is left in each slot under one limit, in milliseconds of work. */
export interface LimitRoom {
  readonly limit: Limit;
  readonly rooms: SlotRooms;
}

const NONE: readonly LimitRoom[] = [];

/** Most particular first: the one that whoever reads the reason can do something about. */
const ORDER: Readonly<Record<Limit['kind'], number>> = { connection: 0, client: 1, source: 2 };

/** What is left under each limit; one that nobody asks for costs nothing but its bookings. */
export class LimitRooms {
  private readonly rooms = new Map<string, LimitRoom>();
  private readonly slotLength: number;
  private readonly booked: ReadonlyMap<string, readonly LimitBooking[]>;

  /** `slotOf` answers the number of a slot by the instant it starts. */
  constructor(
    load: LoadCurve,
    private readonly slotOf: (instant: number) => number,
  ) {
    this.slotLength = load.slotLength;
    const booked = load.booked.filter((booking) => 'limit' in booking);
    this.booked = Map.groupBy(booked, (booking) => booking.limit);
  }

  of(limits: readonly Limit[]): readonly LimitRoom[] {
    if (limits.length === 0) return NONE;
    if (limits.length === 1) return limits.map((limit) => this.roomOf(limit));
    return limits.toSorted((a, b) => ORDER[a.kind] - ORDER[b.kind]).map((limit) => this.roomOf(limit));
  }

  /** One run takes one place at most, so a slot holds at most its length of it. */
  workOf(need: number): Work {
    return { need, part: this.slotLength };
  }

  private roomOf(limit: Limit): LimitRoom {
    const known = this.rooms.get(limit.key);
    if (known !== undefined) return known;
    const rooms = new SlotRooms(Math.max(1, Math.floor(limit.most)) * this.slotLength, FIRST_SIZE);
    for (const { slot, seconds } of this.booked.get(limit.key) ?? []) {
      const index = this.slotOf(slot);
      if (index >= 0) rooms.set(index, rooms.room(index) - Math.ceil(seconds * 1_000));
    }
    const room = { limit, rooms };
    this.rooms.set(limit.key, room);
    return room;
  }
}
