/** Backfills read long spans: first periods longer than a day, `range` and `full`. Everything else is regular. */
export type Lane = 'regular' | 'backfill';

/** Part of a slot, and of the pool, that is kept for backfills, and the most they get. */
export const BACKFILL_SHARE = { least: 0.1, most: 0.5 } as const;

/**
 * How much one slot holds of a lane's work, of a capacity in any unit. Work that takes more goes on in the next slots,
 * as much in each.
 */
export function laneCapacity(lane: Lane, capacity: number): number {
  return capacity * (lane === 'backfill' ? BACKFILL_SHARE.most : 1 - BACKFILL_SHARE.least);
}
