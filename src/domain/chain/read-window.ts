import { earlier, plus, HOUR } from '../time/instant.js';
import type { Instant } from '../time/instant.js';
import {
  calendarDateAt,
  clocksMovedWithin,
  instantAt,
  timeOfDayAt,
  type SyncHour,
  type TimeZone,
} from '../time/zoned-time.js';
import type { PeriodWindow } from './period.js';

/** A half-open span of source data. */
export interface ReadSpan {
  readonly start: Instant;
  readonly finish: Instant;
}

/** The span a run reads: that of its period, or the calendar days (hours) that lie whole before its due date. */
export type ReadWindow = 'period' | 'previousDay' | 'previousHour';
/** A day or an hour as a merchant's calendar and clock have it. */
export type CalendarBucket = Exclude<ReadWindow, 'period'>;

const MIDNIGHT = 0 as SyncHour;

/**
 * The calendar buckets to read for a period, half-open: from the beginning of the one that holds the period's start
 * to the beginning of the one that holds its due date. On a regular day that is the one bucket before the due date;
 * a period that merges several due dates, or begins at a start date long ago, takes as many whole ones as it covers.
 * The windows of periods that follow on from one another do so too. Undefined where both ends lie in one bucket:
 * what it holds is read when it has ended.
 */
export function bucketsBefore(
  { start, dueDate }: PeriodWindow,
  bucket: CalendarBucket,
  zone: TimeZone,
): ReadSpan | undefined {
  const span = { start: bucketStart(start, bucket, zone), finish: bucketStart(dueDate, bucket, zone) };
  return span.start < span.finish ? span : undefined;
}

/** The beginning of the local day, or hour, that an instant lies in. */
export const bucketStart = (at: Instant, bucket: CalendarBucket, zone: TimeZone): Instant =>
  bucket === 'previousDay' ? dayStart(at, zone) : hourStart(at, zone);

/** A day whose midnight the clocks skip begins where they go on; never after an instant of its own. */
const dayStart = (at: Instant, zone: TimeZone): Instant =>
  earlier(at, instantAt(calendarDateAt(at, zone), MIDNIGHT, zone));

/** An hour begins where the clock shows a full one, and where it is moved: a repeated hour is two hours. */
function hourStart(at: Instant, zone: TimeZone): Instant {
  const plain = plus(at, -(timeOfDayAt(at, zone) % HOUR));
  return clocksMovedWithin(plain, at, zone) ?? plain;
}
