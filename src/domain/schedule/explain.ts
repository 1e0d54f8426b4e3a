import { latestDueDate, nextDueDate, wallTimeOf } from './due-date.js';
import type { Instant } from '../time/instant.js';
import type { SyncSchedule } from './sync-schedule.js';
import { localTimeAt, offsetAt } from '../time/zoned-time.js';
import type { WallTimeKind } from '../time/zoned-time.js';

export interface ExplainRequest {
  readonly schedule: SyncSchedule;
  readonly at: Instant;
}

/** What an instant means to a schedule. */
export interface Explanation {
  readonly at: Instant;
  /** ISO 8601 with the zone's offset. */
  readonly localTime: string;
  /** Minutes east of UTC. */
  readonly offset: number;
  /** How often the next due date's wall time occurs; undefined where due dates are steps of elapsed time. */
  readonly wallTime: WallTimeKind | undefined;
  /** The newest due date not after the instant. */
  readonly latestDueDate: Instant | undefined;
  readonly nextDueDate: Instant;
  readonly localNextDueDate: string;
  /** All of it in sentences. */
  readonly explanation: string;
}

const WALL_TIMES: Readonly<Record<WallTimeKind, string>> = {
  once: '',
  missing: ' The clocks skip that hour, so it is moved forward by as much as they skip.',
  twice: ' The clocks show that hour twice; the first counts.',
};

/** Explains the due dates around an instant. */
export function explain({ schedule, at }: ExplainRequest): Explanation {
  const { timeZone } = schedule;
  const next = nextDueDate(schedule, at);
  const wallTime = wallTimeOf(schedule, next);
  const [localTime, localNextDueDate] = [localTimeAt(at, timeZone), localTimeAt(next, timeZone)];
  const explanation =
    `It is ${localTime} in ${timeZone}. The next due date is ${localNextDueDate}.` +
    (wallTime === undefined ? '' : WALL_TIMES[wallTime]);
  return {
    at,
    localTime,
    offset: offsetAt(at, timeZone),
    wallTime,
    latestDueDate: latestDueDate(schedule, at),
    nextDueDate: next,
    localNextDueDate,
    explanation,
  };
}
