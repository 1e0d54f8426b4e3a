import { IANAZone } from 'luxon';
import type { Brand } from '../brand.js';
import { dateOfEpochDay, epochDay } from './calendar-date.js';
import type { CalendarDate } from './calendar-date.js';
import { DAY, HOUR, MINUTE, SECOND, instantOf } from './instant.js';
import type { Instant } from './instant.js';
import { TIME_ZONE_LINKS, TIME_ZONE_NAMES } from './time-zones.js';
import { ZoneOffsets } from './zone-offsets.js';

export type { CalendarDate } from './calendar-date.js';

/** An IANA zone or link name of the closed list, in its canonical spelling. */
export type TimeZone = Brand<string, 'TimeZone'>;

/** A whole hour of the day, 0 to 23, on a wall clock. */
export type SyncHour = Brand<number, 'SyncHour'>;

/** How often a wall time occurs on its date: clocks that are moved forward skip it, moved back repeat it. */
export type WallTimeKind = 'once' | 'missing' | 'twice';

export const UTC = 'Etc/UTC' as TimeZone;

const namesByLowerCase = new Map(TIME_ZONE_NAMES.map((name) => [name.toLowerCase(), name as TimeZone]));
const offsetsByZone = new Map<TimeZone, ZoneOffsets>();

/** The name the platform knows a zone by: its own, or for an older platform that of the link's target. */
function platformName(name: string): string | undefined {
  if (IANAZone.isValidZone(name)) return name;
  const target = TIME_ZONE_LINKS[name];
  return target === undefined ? undefined : platformName(target);
}

function offsetsOf(zone: TimeZone): ZoneOffsets {
  const known = offsetsByZone.get(zone);
  if (known !== undefined) return known;
  const name = platformName(zone);
  if (name === undefined) throw new RangeError(`this platform has no data for the time zone ${zone}`);
  const source = IANAZone.create(name);
  // Offsets in seconds at the finest: some zones were that exact until 1972.
  const offsets = new ZoneOffsets((at) => Math.round((source.offset(at) * MINUTE) / SECOND) * SECOND);
  offsetsByZone.set(zone, offsets);
  return offsets;
}

/** Finds a zone by name in any case; undefined for what the closed list does not hold or the platform cannot compute. */
export function parseTimeZone(text: string): TimeZone | undefined {
  // ASCII first: lower-casing would turn the Kelvin sign into a `k`.
  if (!/^[A-Za-z0-9_+\-/]{1,64}$/.test(text)) return undefined;
  const zone = namesByLowerCase.get(text.toLowerCase());
  return zone !== undefined && (offsetsByZone.has(zone) || platformName(zone) !== undefined) ? zone : undefined;
}

/** Reads a whole hour from 0 to 23; undefined otherwise. Minus zero is zero. */
export function parseSyncHour(value: number): SyncHour | undefined {
  return Number.isInteger(value) && value >= 0 && value <= 23 ? (Math.abs(value) as SyncHour) : undefined;
}

/**
 * The instant of an hour on a date in a zone, by the rule of RFC 5545 and Temporal's `compatible`: a wall time that is
 * missing is shifted forward by the length of the gap, one that occurs twice is the earlier. Nothing else decides, the
 * present date least of all.
 */
export const instantAt = (date: CalendarDate, hour: SyncHour, zone: TimeZone): Instant =>
  instantOnDay(epochDay(date), hour, zone);

/** As instantAt, for a date counted in days since 1970-01-01. */
export const instantOnDay = (day: number, hour: SyncHour, zone: TimeZone): Instant =>
  instantOf(offsetsOf(zone).resolve(day * DAY + hour * HOUR));

/** As instantAt, for a date and the elapsed milliseconds a wall clock shows past its midnight. */
export function instantOfWallTime(date: CalendarDate, timeOfDay: number, zone: TimeZone): Instant {
  return instantOf(offsetsOf(zone).resolve(epochDay(date) * DAY + timeOfDay));
}

/** Whether an hour of a date exists in a zone once, not at all, or twice. */
export function wallTimeKind(date: CalendarDate, hour: SyncHour, zone: TimeZone): WallTimeKind {
  const count = offsetsOf(zone).instantsOf(epochDay(date) * DAY + hour * HOUR).length;
  if (count === 0) return 'missing';
  return count === 1 ? 'once' : 'twice';
}

/** Minutes east of UTC; a fraction only where a zone kept seconds, before 1973. */
export const offsetAt = (at: Instant, zone: TimeZone): number => offsetsOf(zone).at(at) / MINUTE;

/** What the zone's wall clock shows, as if it were UTC, in epoch milliseconds. */
const wallTimeAt = (at: Instant, zone: TimeZone): number => at + offsetsOf(zone).at(at);

/** The date on the zone's calendar, in days since 1970-01-01. */
export const epochDayAt = (at: Instant, zone: TimeZone): number => Math.floor(wallTimeAt(at, zone) / DAY);

/** The date on the zone's calendar. */
export const calendarDateAt = (at: Instant, zone: TimeZone): CalendarDate => dateOfEpochDay(epochDayAt(at, zone));

/** Milliseconds the zone's wall clock shows past midnight. */
export function timeOfDayAt(at: Instant, zone: TimeZone): number {
  const wallTime = wallTimeAt(at, zone);
  return wallTime - Math.floor(wallTime / DAY) * DAY;
}

/** When a zone's clocks were last moved in the hours after `after` and up to `upTo`; undefined where they were not. */
export function clocksMovedWithin(after: Instant, upTo: Instant, zone: TimeZone): Instant | undefined {
  const moved = offsetsOf(zone).movedWithin(after, upTo);
  return moved === undefined ? undefined : instantOf(moved);
}

/** Minutes east of UTC as ISO 8601 writes them, `+01:00`; seconds, kept by some zones before 1973, are rounded. */
export function offsetText(minutes: number): string {
  const whole = Math.round(Math.abs(minutes));
  const parts = [Math.floor(whole / 60), whole % 60].map((part) => String(part).padStart(2, '0'));
  return `${minutes < 0 ? '-' : '+'}${parts.join(':')}`;
}

/** ISO 8601 local time with its offset: `2022-07-14T00:00:00.000+01:00`. */
export function localTimeAt(at: Instant, zone: TimeZone): string {
  return `${new Date(wallTimeAt(at, zone)).toISOString().slice(0, -1)}${offsetText(offsetAt(at, zone))}`;
}
