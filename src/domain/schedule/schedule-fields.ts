import { parseCalendarDate } from '../time/calendar-date.js';
import type { CalendarDate } from '../time/calendar-date.js';
import { parseDateTime } from '../time/date-time.js';
import { elapsedLength, elapsedText, parseDuration } from '../time/duration.js';
import { FREQUENCIES, isFrequency } from './frequency.js';
import type { Frequency } from './frequency.js';
import { HOUR, MINUTE, instantOf } from '../time/instant.js';
import { pointerTo, shown } from '../problem.js';
import type { ProblemCode } from '../problem.js';
import { UTC, calendarDateAt, parseSyncHour, parseTimeZone } from '../time/zoned-time.js';
import type { SyncHour, TimeZone } from '../time/zoned-time.js';

/** Notes a problem and answers undefined, so that a reader can return it. */
export type Report = (pointer: string, code: ProblemCode, message: string) => undefined;

const FIELDS = ['selectedFrequency', 'frequencyOptions', 'interval', 'startDate', 'syncHour', 'timeZone'];
const FIRST_DATE = '1970-01-01';
const LAST_DATE = '2100-12-31';

/** Reports every field a schedule does not have, with the one that was probably meant. */
export function reportUnknownFields(input: Readonly<Record<string, unknown>>, report: Report): void {
  for (const name of Object.keys(input)) {
    if (FIELDS.includes(name)) continue;
    report(pointerTo(name), 'unknown_field', `A schedule has no field ${shown(name)}.${hintFor(name)}`);
  }
}

function hintFor(name: string): string {
  if (name === 'syncHourUtc') return ' Use syncHour, an hour in timeZone.';
  const meant = FIELDS.find((field) => field.toLowerCase() === name.toLowerCase());
  return meant === undefined ? ` Its fields are ${FIELDS.join(', ')}.` : ` Did you mean ${meant}?`;
}

/** The frequencies that may be chosen, without the refused ones; undefined when none are given. */
export function readFrequencyOptions(value: unknown, report: Report): readonly Frequency[] | undefined {
  if (value === undefined || value === null) return undefined;
  const at = '/frequencyOptions';
  if (!Array.isArray(value)) return report(at, 'invalid_type', `frequencyOptions is a list; got ${shown(value)}.`);
  if (value.length > FREQUENCIES.length) {
    return report(
      at,
      'too_many_items',
      `frequencyOptions holds at most ${FREQUENCIES.length} values; got ${value.length}.`,
    );
  }
  if (value.length === 0) report(at, 'too_few_items', 'frequencyOptions holds at least one frequency.');
  const options: Frequency[] = [];
  for (const [index, option] of (value as readonly unknown[]).entries()) {
    const read = readFrequency(option, pointerTo('frequencyOptions', index), report);
    if (read === undefined) continue;
    if (options.includes(read))
      report(pointerTo('frequencyOptions', index), 'duplicate_value', `${read} is listed twice.`);
    else options.push(read);
  }
  return options;
}

function readFrequency(value: unknown, at: string, report: Report): Frequency | undefined {
  if (typeof value !== 'string') return report(at, 'invalid_type', `A frequency is a string; got ${shown(value)}.`);
  if (isFrequency(value)) return value;
  return report(at, 'unsupported_frequency', `A frequency is one of ${FREQUENCIES.join(', ')}; got ${shown(value)}.`);
}

/** The chosen frequency, one of the options. */
export function readSelectedFrequency(
  value: unknown,
  options: readonly Frequency[],
  report: Report,
): Frequency | undefined {
  const at = '/selectedFrequency';
  if (value === undefined || value === null) return report(at, 'required', 'selectedFrequency is missing.');
  if (typeof value !== 'string')
    return report(at, 'invalid_type', `selectedFrequency is a string; got ${shown(value)}.`);
  if (isFrequency(value) && options.includes(value)) return value;
  const choice = options.length === 0 ? 'nothing, as frequencyOptions is empty' : options.join(', ');
  return report(at, 'unsupported_frequency', `selectedFrequency can be ${choice}; got ${shown(value)}.`);
}

/** The interval in its shortest spelling; required with `Interval`, out of place with anything else. */
export function readInterval(value: unknown, frequency: Frequency | undefined, report: Report): string | undefined {
  const at = '/interval';
  if (value === undefined || value === null) {
    return frequency === 'Interval' ? report(at, 'required', 'Interval needs an interval, such as PT15M.') : undefined;
  }
  if (typeof value !== 'string') return report(at, 'invalid_type', `interval is a string; got ${shown(value)}.`);
  if (frequency !== undefined && frequency !== 'Interval') {
    return report(at, 'not_applicable', `interval goes with Interval only, not with ${frequency}.`);
  }
  const duration = parseDuration(value);
  if (!duration.ok) return report(at, 'invalid_duration', `interval is an ISO 8601 duration; got ${shown(value)}.`);
  const length = elapsedLength(duration.value) ?? 0;
  if (length >= MINUTE && length <= 12 * HOUR && length % MINUTE === 0) return elapsedText(length);
  return report(at, 'invalid_interval', `interval is PT1M to PT12H in whole minutes; got ${shown(value)}.`);
}

/** A zone of the closed list; null and absent mean Etc/UTC. */
export function readTimeZone(value: unknown, report: Report): TimeZone | undefined {
  const at = '/timeZone';
  if (value === undefined || value === null) return UTC;
  if (typeof value !== 'string')
    return report(at, 'invalid_type', `timeZone is a string or null; got ${shown(value)}.`);
  const zone = parseTimeZone(value);
  if (zone !== undefined) return zone;
  return report(at, 'invalid_time_zone', `timeZone is an IANA name such as Europe/London; got ${shown(value)}.`);
}

/** The hour that was given; undefined for null and absent, which leave it to the defaults. */
export function readSyncHour(value: unknown, report: Report): SyncHour | undefined {
  const at = '/syncHour';
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') return report(at, 'invalid_type', `syncHour is a number; got ${shown(value)}.`);
  const hour = parseSyncHour(value);
  return hour ?? report(at, 'invalid_sync_hour', `syncHour is a whole hour from 0 to 23; got ${shown(value)}.`);
}

/** The local date of a date, a wall time, or an instant taken to the zone. */
export function readStartDate(value: unknown, zone: TimeZone, report: Report): CalendarDate | undefined {
  const at = '/startDate';
  if (value === undefined) return report(at, 'required', 'startDate is missing.');
  if (typeof value !== 'string' && value !== null) {
    return report(at, 'invalid_type', `startDate is a string; got ${shown(value)}.`);
  }
  const date = value === null ? undefined : localDateOf(value, zone);
  if (date === undefined) {
    return report(
      at,
      'invalid_date',
      `startDate is a date such as 2022-05-01 or a date and time; got ${shown(value)}.`,
    );
  }
  if (date >= FIRST_DATE && date <= LAST_DATE) return date;
  return report(at, 'date_out_of_range', `startDate lies between ${FIRST_DATE} and ${LAST_DATE}; got ${shown(value)}.`);
}

function localDateOf(text: string, zone: TimeZone): CalendarDate | undefined {
  const written = parseDateTime(text);
  if (written === undefined) return parseCalendarDate(text);
  if (written.offset === undefined) return written.date;
  return calendarDateAt(instantOf(written.wallTime - written.offset), zone);
}

/** The local date an offset in `startDate` leads to, where it differs from the date as written. */
export function shiftedStartDate(value: unknown, zone: TimeZone): CalendarDate | undefined {
  const date = typeof value === 'string' ? localDateOf(value, zone) : undefined;
  return date === undefined || String(value).startsWith(date) ? undefined : date;
}
