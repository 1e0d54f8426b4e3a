import { plannedCapacity } from '../domain/load/planning.js';
import { MINUTE, SECOND, instantOf, type Instant } from '../domain/time/instant.js';
import type { LoadWindow } from '../ports/load.js';

export interface KnownCapacity {
  readonly window: LoadWindow;
  /** Seconds that workers could work, by the start of the slot, in minutes before this one. */
  readonly noted: ReadonlyMap<Instant, number>;
  readonly thisMinute: Instant;
  /** Seconds of planned work that a minute holds from this one on. */
  readonly expected: number;
}

/** Seconds of planned work that each slot holds, by its start: as noted before this minute, as expected from it on. */
export function capacities({ window, noted, thisMinute, expected }: KnownCapacity): ReadonlyMap<Instant, number> {
  const { from, to, bucket } = window;
  const found = new Map<Instant, number>();
  for (let start = from; start < to; start = instantOf(start + bucket)) {
    const past = noted.get(start);
    const minutesToCome = Math.min(bucket, Math.max(0, start + bucket - thisMinute)) / MINUTE;
    if (past === undefined && minutesToCome === 0) continue;
    found.set(start, plannedCapacity(1, (past ?? 0) * SECOND) + minutesToCome * expected);
  }
  return found;
}
