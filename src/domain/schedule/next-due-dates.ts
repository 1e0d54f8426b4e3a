import { addDays, dateOfEpochDay } from '../time/calendar-date.js';
import type { CalendarDate } from '../time/calendar-date.js';
import { dateOfDueDate, nextDueDate } from './due-date.js';
import { DAY } from '../time/instant.js';
import type { Instant } from '../time/instant.js';
import type { SyncSchedule } from './sync-schedule.js';
import type { TimeZone } from '../time/zoned-time.js';

/** One answer, shared by all daily schedules with the same zone and hour that have started well before it. */
interface Answer {
  readonly dueDate: Instant;
  readonly forStartsBefore: CalendarDate;
}

/**
 * The first due date of each schedule strictly after an instant: nextDueDate for many. Most schedules are daily, and
 * however many there are, they share about 14,000 answers; others share too few to be worth remembering.
 */
export function nextDueDates(schedules: readonly SyncSchedule[], after: Instant): readonly Instant[] {
  const answersByZone = new Map<TimeZone, (Answer | undefined)[]>();
  return schedules.map((schedule) => {
    if (schedule.selectedFrequency !== 'Daily') return nextDueDate(schedule, after);
    let answers = answersByZone.get(schedule.timeZone);
    if (answers === undefined) answersByZone.set(schedule.timeZone, (answers = Array<undefined>(24).fill(undefined)));
    const answer = (answers[schedule.syncHour] ??= dailyAnswer(schedule, after));
    return schedule.startDate < answer.forStartsBefore ? answer.dueDate : nextDueDate(schedule, after);
  });
}

function dailyAnswer(schedule: SyncSchedule, after: Instant): Answer {
  const early = { ...schedule, startDate: dateOfEpochDay(Math.floor(after / DAY) - 7) };
  const dueDate = nextDueDate(early, after);
  // A day to spare, as two dates can share one instant.
  return { dueDate, forStartsBefore: addDays(dateOfDueDate(early, dueDate), -1) };
}
