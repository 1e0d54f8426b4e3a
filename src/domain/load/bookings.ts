import type { Booking, LoadCurve } from './load-curve.js';
import type { PlannedRun } from './move-run-dates.js';
import { mostInSlot } from './planning.js';

/** What planned runs take of each slot, in their lanes and under their limits: the sums, one booking each. */
export function bookingsOf(
  planned: readonly Pick<PlannedRun, 'runDate' | 'cost' | 'lane' | 'limits'>[],
  { slotLength, capacity }: Pick<LoadCurve, 'slotLength' | 'capacity'>,
): readonly Booking[] {
  const sums = new Map<string, Booking>();
  const add = (booking: Booking): void => {
    const key = 'lane' in booking ? `${booking.lane} ${booking.slot}` : `${booking.slot} ${booking.limit}`;
    sums.set(key, { ...booking, seconds: booking.seconds + (sums.get(key)?.seconds ?? 0) });
  };
  for (const { runDate, cost, lane, limits } of planned) {
    const first = Math.floor(runDate / slotLength) * slotLength;
    const inSlots = (most: number): readonly { slot: number; seconds: number }[] =>
      partsOf(cost, most).map((seconds, n) => ({ slot: first + n * slotLength, seconds }));
    for (const part of inSlots(mostInSlot(lane, { capacity, slotLength: slotLength / 1_000 }))) add({ ...part, lane });
    for (const { key } of limits) for (const part of inSlots(slotLength / 1_000)) add({ ...part, limit: key });
  }
  return [...sums.values()];
}

/** Seconds of work, as much at a time as a slot holds. */
function partsOf(cost: number, most: number): readonly number[] {
  const count = most > 0 ? Math.ceil(cost / most) : 1;
  return Array.from({ length: count }, (_, n) => (n < count - 1 ? most : cost - n * most));
}
