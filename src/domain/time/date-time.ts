import { epochDay, parseCalendarDate } from './calendar-date.js';
import type { CalendarDate } from './calendar-date.js';

/** A date and time as written: wall time and offset in milliseconds. */
export interface DateTimeText {
  readonly date: CalendarDate;
  /** The wall time as if it were UTC, in epoch milliseconds. */
  readonly wallTime: number;
  /** Milliseconds east of UTC; absent when none is written. */
  readonly offset?: number;
}

const DATE_TIME =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?(Z|[+-][0-9]{2}:[0-9]{2})?$/;

function parseOffset(text: string): number | undefined {
  if (text === 'Z') return 0;
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(4))];
  if (hours > 23 || minutes > 59) return undefined;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** Parses the extended form of ISO 8601, to the minute or finer; 24:00 and leap seconds are not taken. */
export function parseDateTime(text: string): DateTimeText | undefined {
  const match = text.endsWith('\n') ? null : DATE_TIME.exec(text);
  const date = match === null ? undefined : parseCalendarDate(match[1] ?? '');
  if (match === null || date === undefined) return undefined;
  const [hour, minute, second] = [Number(match[2]), Number(match[3]), Number(match[4] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const millisecond = Number((match[5] ?? '').padEnd(3, '0').slice(0, 3));
  const wallTime = epochDay(date) * 86_400_000 + ((hour * 60 + minute) * 60 + second) * 1000 + millisecond;
  if (match[6] === undefined) return { date, wallTime };
  const offset = parseOffset(match[6]);
  return offset === undefined ? undefined : { date, wallTime, offset };
}
