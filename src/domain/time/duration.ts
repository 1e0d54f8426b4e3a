import { dateOfEpochDay, epochDayMonthsLater } from './calendar-date.js';
import { DAY, HOUR, MINUTE, SECOND, plus } from './instant.js';
import type { Instant } from './instant.js';
import { parsed, refused, shown } from '../problem.js';
import type { Parsed } from '../problem.js';
import { calendarDateAt, instantOfWallTime, timeOfDayAt } from './zoned-time.js';
import type { TimeZone } from './zoned-time.js';

/** An ISO 8601 duration: calendar parts, whose length depends on where they are added, and elapsed time. */
export interface Duration {
  readonly months: number;
  readonly days: number;
  /** Hours, minutes and seconds, in milliseconds. */
  readonly elapsed: number;
}

/** Years: the longest duration taken, so that sums stay within four-digit years. */
const CENTURY = 100;

const DURATION =
  /^([+-]?)P(?:([0-9]{1,6})Y)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6})W)?(?:([0-9]{1,6})D)?(T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})(?:\.([0-9]{1,3}))?S)?)?$/;

function elapsedOf(match: RegExpExecArray): number {
  const [hours, minutes, seconds] = [Number(match[7] ?? 0), Number(match[8] ?? 0), Number(match[9] ?? 0)];
  return hours * HOUR + minutes * MINUTE + seconds * SECOND + Number((match[10] ?? '').padEnd(3, '0'));
}

/** Parses `P1Y2M3W4DT5H6M7.8S`, with a sign in front if there is one; the problem's pointer is left empty. */
export function parseDuration(text: string): Parsed<Duration> {
  const match = text.length > 60 || text.endsWith('\n') ? null : DURATION.exec(text);
  if (match === null || /[PT]$/.test(text)) {
    const message = `A duration is written in ISO 8601, such as P1D or PT15M; got ${shown(text)}.`;
    return refused({ pointer: '', code: 'invalid_duration', message });
  }
  const sign = match[1] === '-' ? -1 : 1;
  const months = Number(match[2] ?? 0) * 12 + Number(match[3] ?? 0);
  const days = Number(match[4] ?? 0) * 7 + Number(match[5] ?? 0);
  const elapsed = elapsedOf(match);
  if (months > 12 * CENTURY || days > 366 * CENTURY || elapsed > 366 * CENTURY * DAY) {
    return refused({
      pointer: '',
      code: 'invalid_duration',
      message: `A duration is at most ${CENTURY} years; got ${text}.`,
    });
  }
  return parsed(scaled({ months, days, elapsed }, sign));
}

const scaled = (duration: Duration, factor: number): Duration => ({
  // Adding zero turns minus zero into zero.
  months: duration.months * factor + 0,
  days: duration.days * factor + 0,
  elapsed: duration.elapsed * factor + 0,
});

/** The length in milliseconds of a duration without calendar parts; undefined for others. */
export const elapsedLength = (duration: Duration): number | undefined =>
  duration.months === 0 && duration.days === 0 ? duration.elapsed : undefined;

/** Whether a duration leads forward in time; one of length zero does not. */
export const isPositive = ({ months, days, elapsed }: Duration): boolean => months > 0 || days > 0 || elapsed > 0;

/** The shortest ISO 8601 spelling of elapsed milliseconds in hours, minutes and seconds: `PT1H30M`. */
export function elapsedText(milliseconds: number): string {
  const [hours, minutes] = [Math.floor(milliseconds / HOUR), Math.floor((milliseconds % HOUR) / MINUTE)];
  const seconds = (milliseconds % MINUTE) / SECOND;
  const parts = [hours > 0 ? `${hours}H` : '', minutes > 0 ? `${minutes}M` : '', seconds > 0 ? `${seconds}S` : ''];
  return milliseconds === 0 ? 'PT0S' : `PT${parts.join('')}`;
}

/** Adds the calendar parts on the zone's calendar, at the same wall time, then the elapsed part. */
export function addDuration(at: Instant, duration: Duration, zone: TimeZone): Instant {
  if (duration.months === 0 && duration.days === 0) return plus(at, duration.elapsed);
  const date = dateOfEpochDay(epochDayMonthsLater(calendarDateAt(at, zone), duration.months) + duration.days);
  return plus(instantOfWallTime(date, timeOfDayAt(at, zone), zone), duration.elapsed);
}

/** As addDuration, towards the past. */
export const subtractDuration = (at: Instant, duration: Duration, zone: TimeZone): Instant =>
  addDuration(at, scaled(duration, -1), zone);
