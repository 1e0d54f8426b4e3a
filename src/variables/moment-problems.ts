import type { Problem } from '../domain/problem.js';
import { parseDuration, subtractDuration } from '../domain/time/duration.js';
import { instant, toIso, type Instant } from '../domain/time/instant.js';
import type { TimeZone } from '../domain/time/zoned-time.js';

const EARLIEST = instant('1970-01-01T00:00:00Z');
const AT = '/value';

export interface MomentBounds {
  /** ISO 8601 duration: how far back a client reads at most. */
  readonly maxBackfill?: string;
  readonly zone: TimeZone;
  readonly now: Instant;
}

/** What keeps an instant from being read from, whatever the sync. */
export function momentProblems(from: Instant, { maxBackfill, zone, now }: MomentBounds): readonly Problem[] {
  if (from < EARLIEST || from > now) {
    const message = `The instant to read from lies between ${toIso(EARLIEST)} and now, ${toIso(now)}; got ${toIso(from)}.`;
    return [{ pointer: AT, code: 'date_out_of_range', message }];
  }
  const furthest = maxBackfill === undefined ? undefined : parseDuration(maxBackfill);
  if (!furthest?.ok || from >= subtractDuration(now, furthest.value, zone)) return [];
  const message = `${toIso(from)} lies further back than maxBackfill, ${maxBackfill}, allows.`;
  return [{ pointer: AT, code: 'backfill_too_long', message }];
}
