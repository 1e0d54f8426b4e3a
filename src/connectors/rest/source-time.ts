import { parseDateTime } from '../../domain/time/date-time.js';
import { parseCalendarDate } from '../../domain/time/calendar-date.js';
import { DAY, SECOND, instantOf, toIso, type Instant } from '../../domain/time/instant.js';
import type { FilterTimes, TimeFormat } from './rest-settings.js';

/** The years that PostgreSQL and ISO 8601 write without ado. */
const EARLIEST = Date.parse('0001-01-01T00:00:00Z');
const LATEST = Date.parse('9999-12-31T00:00:00Z');
/** Numbers below are seconds: as milliseconds they would be before March 1973, as seconds after the year 5000. */
const LEAST_MILLISECONDS = 1e11;

/**
 * An instant as JSON APIs write it: ISO 8601 (without an offset it is taken as UTC), or a Unix time in
 * seconds or milliseconds. Undefined for anything else.
 */
export function readInstant(value: unknown): Instant | undefined {
  const milliseconds = typeof value === 'number' ? fromUnix(value) : typeof value === 'string' ? fromText(value) : NaN;
  return milliseconds >= EARLIEST && milliseconds <= LATEST ? instantOf(Math.floor(milliseconds)) : undefined;
}

const fromUnix = (value: number): number => (Math.abs(value) < LEAST_MILLISECONDS ? value * SECOND : value);

function fromText(text: string): number {
  if (/^\d{9,13}(\.\d+)?$/.test(text)) return fromUnix(Number(text));
  const date = parseCalendarDate(text);
  // `2022-07-13 23:00:00+0100`: a space for the T and an offset without a colon are common.
  const iso = date === undefined ? text.replace(' ', 'T').replace(/([+-]\d{2})(\d{2})$/, '$1:$2') : `${text}T00:00Z`;
  const parsed = parseDateTime(iso);
  return parsed === undefined ? NaN : parsed.wallTime - (parsed.offset ?? 0);
}

/** How finely a source filters, in milliseconds. */
export const precisionOf = (format: TimeFormat = 'iso'): number => precisions[format];

const precisions: Readonly<Record<TimeFormat, number>> = {
  iso: 1,
  unixMilliseconds: 1,
  isoSeconds: SECOND,
  unixSeconds: SECOND,
  date: DAY,
};

/** A date is meant in a zone the source does not tell; no zone is further than this from UTC. */
const marginOf = ({ format }: FilterTimes): number => (format === 'date' ? DAY : 0);

/** The value that asks for records changed at `from` or later: rounded down, so that it asks for too much. */
export function filterFrom(filter: FilterTimes, from: Instant): string {
  const precision = precisionOf(filter.format);
  const floor = Math.floor(from / precision) * precision - marginOf(filter);
  return write(filter.format, instantOf(filter.fromIsExclusive === true ? floor - precision : floor));
}

/** The value that asks for records changed before `to`: rounded up, right for inclusive and exclusive filters. */
export function filterTo(filter: FilterTimes, to: Instant): string {
  const precision = precisionOf(filter.format);
  return write(filter.format, instantOf(Math.ceil(to / precision) * precision + marginOf(filter)));
}

function write(format: TimeFormat = 'iso', at: Instant): string {
  if (format === 'unixSeconds') return String(at / SECOND);
  if (format === 'unixMilliseconds') return String(at);
  if (format === 'date') return toIso(at).slice(0, 10);
  return format === 'isoSeconds' ? toIso(at).replace('.000Z', 'Z') : toIso(at);
}
