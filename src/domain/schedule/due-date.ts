import { addDays, dateOfEpochDay, epochDay, epochDayMonthsLater, monthsBetween } from '../time/calendar-date.js';
import type { CalendarDate } from '../time/calendar-date.js';
import { elapsedLength, parseDuration } from '../time/duration.js';
import { HOUR, later, plus } from '../time/instant.js';
import type { Instant } from '../time/instant.js';
import type { SyncSchedule } from './sync-schedule.js';
import { calendarDateAt, epochDayAt, instantAt, instantOnDay, wallTimeKind } from '../time/zoned-time.js';
import type { WallTimeKind } from '../time/zoned-time.js';

/** Whether due dates are wall times on calendar dates, rather than steps of elapsed time. */
export const isOnCalendar = ({ selectedFrequency }: SyncSchedule): boolean =>
  selectedFrequency !== 'Interval' && selectedFrequency !== 'Hourly';

const intervalLengths = new Map<string, number>();

/** Milliseconds from one due date to the next of an `Interval` or `Hourly` schedule. */
function stepLength({ selectedFrequency, interval = '' }: SyncSchedule): number {
  if (selectedFrequency === 'Hourly') return HOUR;
  const known = intervalLengths.get(interval);
  if (known !== undefined) return known;
  const duration = parseDuration(interval);
  const length = duration.ok ? elapsedLength(duration.value) : undefined;
  if (length === undefined || length <= 0) throw new RangeError(`not an interval: ${interval}`);
  intervalLengths.set(interval, length);
  return length;
}

/** The epoch day of the nth due date of a schedule on the calendar, counted from the anchor so that nothing drifts. */
function latticeDay(schedule: SyncSchedule, step: number): number {
  if (schedule.selectedFrequency === 'Monthly') return epochDayMonthsLater(schedule.startDate, step);
  return epochDay(schedule.startDate) + (schedule.selectedFrequency === 'Weekly' ? 7 * step : step);
}

/** The instant the first period starts: the start date at the sync hour. */
export const startInstant = (schedule: SyncSchedule): Instant =>
  instantAt(schedule.startDate, schedule.syncHour, schedule.timeZone);

/** The instant of the nth due date; step 0 is the start. */
export function dueDateAt(schedule: SyncSchedule, step: number): Instant {
  if (!isOnCalendar(schedule)) return plus(startInstant(schedule), step * stepLength(schedule));
  return instantOnDay(latticeDay(schedule, step), schedule.syncHour, schedule.timeZone);
}

/** The greatest step whose due date is not after an instant; negative before the start. */
function latestStep(schedule: SyncSchedule, at: Instant): number {
  if (!isOnCalendar(schedule)) return Math.floor((at - startInstant(schedule)) / stepLength(schedule));
  const day = epochDayAt(at, schedule.timeZone);
  // One more than the calendar says: clocks moved back over midnight repeat the end of a date.
  let step = stepsUpTo(schedule, day) + 1;
  while (step >= 0 && dueDateAt(schedule, step) > at) step -= 1;
  return Math.max(step, -1);
}

function stepsUpTo(schedule: SyncSchedule, day: number): number {
  if (schedule.selectedFrequency === 'Monthly') return monthsBetween(schedule.startDate, dateOfEpochDay(day));
  const days = day - epochDay(schedule.startDate);
  return schedule.selectedFrequency === 'Weekly' ? Math.floor(days / 7) : days;
}

/** The first due date strictly after an instant, and after the start of the schedule. */
export function nextDueDate(schedule: SyncSchedule, after: Instant): Instant {
  // Strictly later: Samoa skipped 2011-12-30, so two dates can share one instant.
  return dueDateAt(schedule, latestStep(schedule, later(after, startInstant(schedule))) + 1);
}

/** The newest due date not after an instant; undefined before the first. */
export function latestDueDate(schedule: SyncSchedule, notAfter: Instant): Instant | undefined {
  const start = startInstant(schedule);
  const due = notAfter > start ? dueDateAt(schedule, latestStep(schedule, notAfter)) : start;
  return due > start ? due : undefined;
}

/**
 * The first due date after a (re)configuration: at the sync hour of a day after the local day it is received, and
 * strictly after `after`, where the period starts. `Interval` and `Hourly` do not wait for the next day.
 */
export function firstDueDate(schedule: SyncSchedule, now: Instant, after: Instant): Instant {
  const from = later(later(now, after), startInstant(schedule));
  let step = latestStep(schedule, from) + 1;
  if (!isOnCalendar(schedule)) return dueDateAt(schedule, step);
  const today = epochDayAt(now, schedule.timeZone);
  while (latticeDay(schedule, step) <= today) step += 1;
  return dueDateAt(schedule, step);
}

/** The calendar date a due date stands for: the day before its own where the clocks skip over midnight. */
export function dateOfDueDate(schedule: SyncSchedule, dueDate: Instant): CalendarDate {
  const { syncHour, timeZone } = schedule;
  const date = calendarDateAt(dueDate, timeZone);
  return instantAt(date, syncHour, timeZone) === dueDate ? date : addDays(date, -1);
}

/** How often the wall time of a due date occurs on its date; undefined where due dates are steps of elapsed time. */
export function wallTimeOf(schedule: SyncSchedule, dueDate: Instant): WallTimeKind | undefined {
  if (!isOnCalendar(schedule)) return undefined;
  return wallTimeKind(dateOfDueDate(schedule, dueDate), schedule.syncHour, schedule.timeZone);
}

/** How many due dates lie in `(after, upTo]`; dates that share an instant count once. */
export function countDueDates(schedule: SyncSchedule, after: Instant, upTo: Instant): number {
  const from = later(after, startInstant(schedule));
  if (upTo <= from) return 0;
  const [first, last] = [latestStep(schedule, from), latestStep(schedule, upTo)];
  if (!isOnCalendar(schedule)) return last - first;
  let count = 0;
  for (let step = first + 1; step <= last; step += 1) {
    if (dueDateAt(schedule, step) > dueDateAt(schedule, step - 1)) count += 1;
  }
  return count;
}

/** The due date closest to an instant and after `after`: where an open due date moves when zone data change. */
export function nearestDueDate(schedule: SyncSchedule, near: Instant, after: Instant): Instant {
  const above = nextDueDate(schedule, later(near, after));
  const below = latestDueDate(schedule, near);
  return below !== undefined && below > after && near - below <= above - near ? below : above;
}
