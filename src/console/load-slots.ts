import { instantOf, type Instant } from '../domain/time/instant.js';
import type { LoadCounts, LoadWindow, SlotCounts } from '../ports/load.js';

/** One slot as it is shown. */
export interface LoadSlot extends Omit<SlotCounts, 'ended'> {
  /** Under way at the start of the slot. */
  readonly running: number;
  /** Seconds of planned work that the slot holds; undefined where that is not known. */
  readonly capacity: number | undefined;
}

interface Circumstances {
  readonly now: Instant;
  /** Seconds of planned work per slot, by its start. */
  readonly capacity: ReadonlyMap<Instant, number>;
}

const NOTHING = {
  planned: 0,
  plannedSeconds: 0,
  due: 0,
  dueSeconds: 0,
  started: 0,
  finished: 0,
  failed: 0,
  aborted: 0,
  ended: 0,
};

/** Every slot of the window, oldest first. What runs in a slot is what ran in the one before, and has begun and not ended. */
export function loadSlots(
  { from, to, bucket }: LoadWindow,
  { runningBefore, slots }: LoadCounts,
  { now, capacity }: Circumstances,
): readonly LoadSlot[] {
  const byStart = new Map(slots.map((slot) => [slot.start, slot]));
  let running = runningBefore;
  return Array.from({ length: (to - from) / bucket }, (_, index) => {
    const start = instantOf(from + index * bucket);
    const { ended, ...counts } = byStart.get(start) ?? { ...NOTHING, start };
    const slot = { ...counts, running: start <= now ? running : 0, capacity: capacity.get(start) };
    running += counts.started - ended;
    return slot;
  });
}
