import type { FlowConfiguration, FlowPeriod } from '../api/contract.js';

/** A span of source data. */
export interface Span {
  readonly start: string;
  readonly finish: string;
}

/** Dates as the merchant's clock shows them. All arithmetic is the server's. */
export interface Dates {
  /** `2026-10-01` as "Thursday, 1 October 2026". */
  long(date: string): string;
  /** "1 Oct 2026", of a date. */
  short(date: string): string;
  /** "23 Nov", of an instant; with the year where it is another than now's. */
  day(instant: string): string;
  /** "23 Nov, 00:00", of an instant. */
  moment(instant: string): string;
  time(instant: string): string;
  /** "1 Oct – 23 Nov", with times where spans are shorter than a day. */
  range(span: Span): string;
  /** "23 Nov, 00:00 – 00:12". */
  momentRange(span: Span): string;
  /** "05:00", of an hour. */
  hour(hour: number): string;
  ago(instant: string): string;
}

export interface DateSettings {
  readonly tag: string;
  readonly timeZone: string;
  readonly now: Date;
  /** Spans begin and end at the same hour, so that their dates say everything. */
  readonly wholeDays: boolean;
}

const DAY: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };
const TIME: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };

/** Dates for a schedule's zone; in UTC where this browser does not know the zone. */
export function makeDates({ tag, timeZone, now, wholeDays }: DateSettings): Dates {
  const zone = knownZone(timeZone);
  const format = (options: Intl.DateTimeFormatOptions, timeZoneOf = zone) =>
    new Intl.DateTimeFormat(tag, { ...options, timeZone: timeZoneOf });
  const yearOf = (instant: string | Date) => format({ year: 'numeric' }).format(new Date(instant));
  const dayFor = (...instants: readonly string[]): Intl.DateTimeFormatOptions =>
    instants.every((instant) => yearOf(instant) === yearOf(now)) ? DAY : { ...DAY, year: 'numeric' };
  const at = (instant: string, options: Intl.DateTimeFormatOptions) => format(options).format(new Date(instant));
  return {
    long: (date) => format({ dateStyle: 'full' }, 'UTC').format(noon(date)),
    short: (date) => format({ ...DAY, year: 'numeric' }, 'UTC').format(noon(date)),
    day: (instant) => at(instant, dayFor(instant)),
    moment: (instant) => at(instant, { ...dayFor(instant), ...TIME }),
    time: (instant) => at(instant, TIME),
    range: ({ start, finish }) =>
      format({ ...dayFor(start, finish), ...(!wholeDays && TIME) }).formatRange(new Date(start), new Date(finish)),
    momentRange: ({ start, finish }) =>
      format({ ...dayFor(start, finish), ...TIME }).formatRange(new Date(start), new Date(finish)),
    hour: (hour) => format(TIME, 'UTC').format(new Date(Date.UTC(2000, 0, 1, hour))),
    ago: (instant) => ago(tag, now.getTime() - new Date(instant).getTime()),
  };
}

const noon = (date: string): Date => new Date(`${date}T12:00:00Z`);

function knownZone(timeZone: string): string {
  try {
    Intl.DateTimeFormat('en', { timeZone });
    return timeZone;
  } catch {
    return 'UTC';
  }
}

function ago(tag: string, milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' });
  if (minutes < 60) return relative.format(-minutes, 'minute');
  return minutes < 2880
    ? relative.format(-Math.round(minutes / 60), 'hour')
    : relative.format(-Math.round(minutes / 1440), 'day');
}

/** The date that a zone's calendar shows, as `YYYY-MM-DD`. */
export function dateIn(timeZone: string, now: Date): string {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: knownZone(timeZone),
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(now);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** Spans of whole days begin and end at one and the same hour, which the settings name. */
export const hasWholeDays = ({ selectedFrequency }: FlowConfiguration): boolean =>
  selectedFrequency !== 'Hourly' && selectedFrequency !== 'Interval';

export const spanOf = ({ start, dueDate }: FlowPeriod): Span => ({ start, finish: dueDate });

/** Whether an instant is still to come: nothing is promised for one that has passed. */
export const isAhead = (instant: string | null | undefined, now: Date): instant is string =>
  instant !== null && instant !== undefined && new Date(instant) > now;
