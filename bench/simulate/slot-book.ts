import type { Lane } from '../../src/domain/load/lane.js';
import type { Booking } from '../../src/domain/load/load-curve.js';
import { SLOT_LENGTH, mostInSlot } from '../../src/domain/load/planning.js';

const LANES: readonly Lane[] = ['regular', 'backfill'];

/** Seconds of work by lane, and starts, in each slot from the first on: what the dispatcher's table would hold. */
export class SlotBook {
  readonly starts: Float64Array;
  private readonly seconds: Readonly<Record<Lane, Float64Array>>;

  constructor(
    private readonly begin: number,
    private readonly slots: number,
    private readonly capacity: number,
  ) {
    this.starts = new Float64Array(slots);
    this.seconds = { regular: new Float64Array(slots), backfill: new Float64Array(slots) };
  }

  /** Books a run that starts at an instant; where it is longer than a slot holds, as planning does. */
  put(at: number, cost: number, lane: Lane): void {
    const first = this.slotOf(at);
    this.starts[first] = (this.starts[first] ?? 0) + 1;
    const most = mostInSlot(lane, { capacity: this.capacity, slotLength: SLOT_LENGTH / 1_000 });
    for (let rest = cost, slot = first; rest > 0 && slot < this.slots; rest -= most, slot += 1) {
      const seconds = this.seconds[lane];
      seconds[slot] = (seconds[slot] ?? 0) + Math.min(rest, most);
    }
  }

  /** What is booked from the slot of an instant on. */
  bookings(from: number): readonly Booking[] {
    const bookings: Booking[] = [];
    for (let slot = this.slotOf(from); slot < this.slots; slot += 1) {
      for (const lane of LANES) {
        const seconds = this.seconds[lane][slot] ?? 0;
        if (seconds > 0) bookings.push({ slot: this.begin + slot * SLOT_LENGTH, seconds, lane });
      }
    }
    return bookings;
  }

  /** Seconds of work in each slot, of both lanes. */
  work(): Float64Array {
    return this.seconds.regular.map((seconds, slot) => seconds + (this.seconds.backfill[slot] ?? 0));
  }

  private slotOf(at: number): number {
    return Math.floor((at - this.begin) / SLOT_LENGTH);
  }
}
