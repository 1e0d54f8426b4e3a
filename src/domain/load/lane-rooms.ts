import { laneCapacity, type Lane } from './lane.js';
import { mostInSlot } from './planning.js';
import { SlotRooms } from './slot-rooms.js';

/** Milliseconds of work: a slot that holds less holds nothing. */
const LEAST_CAPACITY = 1_000;

/**
 * What is left in each slot for each lane, in milliseconds of work: of the lane and of the slot at once, so that one
 * search answers for both.
 */
export class LaneRooms {
  /** What is left of the whole slot. Backfills count as far as their largest share: more than that is not admitted. */
  readonly all: SlotRooms;
  /** By lane. What is kept for backfills is not in the room of regular work. */
  private readonly rooms: Readonly<Record<Lane, SlotRooms>>;
  /** Backfills by slot, which are few. */
  private readonly backfills = new Map<number, number>();

  constructor(
    readonly capacity: number,
    readonly slotLength: number,
  ) {
    this.all = new SlotRooms(capacity);
    const roomsOf = (lane: Lane) => new SlotRooms(Math.floor(laneCapacity(lane, capacity)));
    this.rooms = { regular: roomsOf('regular'), backfill: roomsOf('backfill') };
  }

  /** Whether slots hold anything at all: not when there is no worker. */
  get hold(): boolean {
    return this.capacity >= LEAST_CAPACITY;
  }

  /** The most of a period that goes into one slot. */
  partOf(lane: Lane): number {
    return Math.floor(mostInSlot(lane, this));
  }

  /** Where the lane has room; with `reserve`, regular work may have what is kept for backfills. */
  of(lane: Lane, reserve: boolean): SlotRooms {
    return lane === 'regular' && reserve ? this.all : this.rooms[lane];
  }

  /** How much of a slot is used, from 0 to 1. */
  used(slot: number): number {
    return 1 - this.all.room(slot) / this.capacity;
  }

  /** Whether a slot has been given more than it holds, or more backfills than their largest share. */
  overfull(slot: number): boolean {
    return this.rooms.backfill.room(slot) < 0;
  }

  /** Takes room, more than there is if need be; gives some back when negative. */
  take(lane: Lane, slot: number, amount: number): void {
    const most = this.rooms.backfill.capacity;
    const before = this.backfills.get(slot) ?? 0;
    const backfill = lane === 'backfill' ? before + amount : before;
    if (lane === 'backfill') this.backfills.set(slot, backfill);
    const regular = this.capacity - this.all.room(slot) - Math.min(before, most) + (lane === 'regular' ? amount : 0);
    const left = this.capacity - regular - Math.min(backfill, most);
    this.all.set(slot, left);
    this.rooms.regular.set(slot, Math.min(left, this.rooms.regular.capacity - regular));
    // Less with every backfill, however full the slot is, so that those without room spread evenly.
    this.rooms.backfill.set(slot, Math.min(this.capacity - regular, most) - backfill);
  }
}
