import { HOUR, type Instant } from '../time/instant.js';
import type { Lane } from './lane.js';

/** A day on which the clocks go back is no backfill. */
const LONGEST_REGULAR = 25 * HOUR;

/** What somebody asks to be read: everything, or a span. */
export interface RequestedSpan {
  readonly type: 'latest' | 'range' | 'full';
  /** Absent: from the beginning. */
  readonly start?: Instant;
  readonly finish: Instant;
}

/** The lane of a run that is asked for: whatever is chosen freely or is longer than a day is a backfill. */
export function requestedLane({ type, start, finish }: RequestedSpan): Lane {
  if (type !== 'latest' || start === undefined) return 'backfill';
  return finish - start > LONGEST_REGULAR ? 'backfill' : 'regular';
}
