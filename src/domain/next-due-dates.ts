import { addDays, dateOfEpochDay, dayOfMonth, epochDay, epochDayMonthsLater } from './calendar-date.js';
import type { CalendarDate } from './calendar-date.js';
import { dateOfDueDate, isOnCalendar, nextDueDate } from './due-date.js';
import { DAY } from './instant.js';
import type { Instant } from './instant.js';
import type { SyncSchedule } from './sync-schedule.js';
import type { TimeZone } from './zoned-time.js';

/** One answer, shared by all schedules with the same zone, hour and days that have started well before it. */
interface Answer {
  readonly dueDate: Instant;
  readonly forStartsBefore: CalendarDate;
}

/**
 * The first due date of each schedule strictly after an instant: nextDueDate for many. However many schedules there
 * are, a day has about 10,000 different answers, so each is computed once.
 */
export function nextDueDates(schedules: readonly SyncSchedule[], after: Instant): readonly Instant[] {
  const answersByZone = new Map<TimeZone, (Answer | undefined)[]>();
  return schedules.map((schedule) => {
    if (!isOnCalendar(schedule)) return nextDueDate(schedule, after);
    let answers = answersByZone.get(schedule.timeZone);
    if (answers === undefined) answersByZone.set(schedule.timeZone, (answers = []));
    const key = keyOf(schedule);
    const answer = (answers[key] ??= answerFor(schedule, after));
    return schedule.startDate < answer.forStartsBefore ? answer.dueDate : nextDueDate(schedule, after);
  });
}

/** Which days a schedule takes: all, one of seven weekdays, one of 31 days of the month; and the hour. */
function keyOf({ selectedFrequency, startDate, syncHour }: SyncSchedule): number {
  if (selectedFrequency === 'Weekly') return (1 + (epochDay(startDate) % 7)) * 24 + syncHour;
  if (selectedFrequency === 'Monthly') return (7 + dayOfMonth(startDate)) * 24 + syncHour;
  return syncHour;
}

function answerFor(schedule: SyncSchedule, after: Instant): Answer {
  const early = { ...schedule, startDate: dateOfEpochDay(sameDaysBefore(schedule, Math.floor(after / DAY))) };
  const dueDate = nextDueDate(early, after);
  // A day to spare, as two dates can share one instant.
  return { dueDate, forStartsBefore: addDays(dateOfDueDate(early, dueDate), -1) };
}

/** A day not long before another on which a schedule with the same days could have started. */
function sameDaysBefore({ selectedFrequency, startDate }: SyncSchedule, day: number): number {
  if (selectedFrequency === 'Daily') return day - 7;
  if (selectedFrequency === 'Weekly') return day - 14 - ((day - epochDay(startDate)) % 7);
  // January has every day of the month.
  const year = Number(dateOfEpochDay(day).slice(0, 4));
  return epochDayMonthsLater(dateOfEpochDay(dayOfMonth(startDate) - 1), 12 * (year - 1970 - 1));
}
