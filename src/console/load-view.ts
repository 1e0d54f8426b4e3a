import { elapsedText } from '../domain/time/duration.js';
import { toIso, type Instant } from '../domain/time/instant.js';
import type { LoadWindow } from '../ports/load.js';
import type { LoadSlot } from './load-slots.js';

/** The load as the API shows it. */
export const loadView = ({ from, to, bucket }: LoadWindow, slots: readonly LoadSlot[], now: Instant) => ({
  from: toIso(from),
  to: toIso(to),
  bucket: elapsedText(bucket),
  now: toIso(now),
  slots: slots.map(slotView),
  summary: {
    smoothed: shapeOf(slots.map((slot) => ({ ...slot, runs: slot.planned, seconds: slot.plannedSeconds }))),
    unsmoothed: shapeOf(slots.map((slot) => ({ ...slot, runs: slot.due, seconds: slot.dueSeconds }))),
  },
});

const slotView = ({ start, due, plannedSeconds, dueSeconds, capacity, ...counts }: LoadSlot) => ({
  start: toIso(start),
  ...counts,
  plannedSeconds: rounded(plannedSeconds),
  plannedUnsmoothed: due,
  plannedUnsmoothedSeconds: rounded(dueSeconds),
  capacity: capacity === undefined ? null : rounded(capacity),
});

interface Plan {
  readonly runs: number;
  readonly seconds: number;
  readonly capacity: number | undefined;
}

function shapeOf(slots: readonly Plan[]) {
  const runs = slots.reduce((sum, slot) => sum + slot.runs, 0);
  const peak = slots.reduce((most, slot) => Math.max(most, slot.runs), 0);
  const over = slots.filter(({ seconds, capacity }) => capacity !== undefined && seconds > capacity);
  return {
    runs,
    peak,
    peakToMean: runs === 0 ? null : rounded((peak * slots.length) / runs),
    slotsOverCapacity: over.length,
  };
}

/** To milliseconds, and no further: sums of floats end in noise. */
const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;
