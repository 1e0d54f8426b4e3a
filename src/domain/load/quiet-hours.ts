import type { Instant } from '../time/instant.js';
import { epochDayAt, instantOnDay, type SyncHour, type TimeZone } from '../time/zoned-time.js';

/** Hours of a wall clock in which no run starts by itself; over midnight where the start is the later of the two. */
export interface QuietHours {
  readonly startHour: SyncHour;
  readonly endHour: SyncHour;
  readonly timeZone: TimeZone;
}

/** When the quiet hours that an instant lies in are over; undefined outside of them. */
export function quietUntil({ startHour, endHour, timeZone }: QuietHours, at: Instant): Instant | undefined {
  const today = epochDayAt(at, timeZone);
  const overMidnight = endHour > startHour ? 0 : 1;
  // Those that began yesterday may still go on.
  for (const day of [today - 1, today]) {
    const end = instantOnDay(day + overMidnight, endHour, timeZone);
    if (instantOnDay(day, startHour, timeZone) <= at && at < end) return end;
  }
  return undefined;
}

/** The clients whose quiet hours an instant lies in. */
export const clientsInQuietHours = (hours: ReadonlyMap<string, QuietHours>, at: Instant): readonly string[] =>
  [...hours].flatMap(([clientId, own]) => (quietUntil(own, at) === undefined ? [] : [clientId]));
