import { parsed, refused, shown, type Parsed } from '../problem.js';
import { parseCalendarDate, type CalendarDate } from '../time/calendar-date.js';
import { addDuration, parseDuration, type Duration } from '../time/duration.js';
import { parseInstant, type Instant } from '../time/instant.js';
import { instantAt, type SyncHour, type TimeZone } from '../time/zoned-time.js';

/** A moment as a person writes it: an instant, the beginning of a day, or so long ago. */
export type WrittenMoment =
  | { readonly kind: 'instant'; readonly at: Instant }
  | { readonly kind: 'day'; readonly date: CalendarDate }
  | { readonly kind: 'ago'; readonly duration: Duration };

const MIDNIGHT = 0 as SyncHour;
const LONGEST = 60;

/** Reads `2026-01-01T00:00:00Z`, `2026-01-01` or `-P6M`; the problem's pointer is left empty. */
export function parseMoment(value: unknown): Parsed<WrittenMoment> {
  const expected = 'It is a date, an instant with an offset or Z, or a duration ago such as -P6M';
  if (typeof value !== 'string')
    return refused({ pointer: '', code: 'invalid_type', message: `${expected}; got ${shown(value)}.` });
  const text = value.length > LONGEST ? '' : value;
  const date = parseCalendarDate(text);
  if (date !== undefined) return parsed({ kind: 'day', date });
  const at = parseInstant(text);
  if (at !== undefined) return parsed({ kind: 'instant', at });
  const duration = /^[+-]?P/.test(text) ? parseDuration(text) : undefined;
  if (duration?.ok) return parsed({ kind: 'ago', duration: duration.value });
  return refused({ pointer: '', code: 'invalid_date', message: `${expected}; got ${shown(value)}.` });
}

/** The instant that is meant, on the calendar of a zone. */
export function momentIn(written: WrittenMoment, zone: TimeZone, now: Instant): Instant {
  switch (written.kind) {
    case 'instant':
      return written.at;
    case 'day':
      return instantAt(written.date, MIDNIGHT, zone);
    case 'ago':
      return addDuration(now, written.duration, zone);
  }
}
