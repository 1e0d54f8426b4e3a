/** What a sync is to do, told by the platform's Temporal and nothing of the product. */
export interface OwedSchedule {
  readonly frequency: 'Daily' | 'Weekly';
  /** The local date on which it was configured. */
  readonly startDate: string;
  readonly syncHour: number;
  readonly timeZone: string;
}

export interface OwedPeriod {
  readonly start: string;
  readonly dueDate: string;
  readonly recoveredDueDates: number;
}

/** The due date so many steps after the start date, in epoch milliseconds. */
export function dueDateAt({ frequency, startDate, syncHour, timeZone }: OwedSchedule, step: number): number {
  const date = Temporal.PlainDate.from(startDate).add({ days: step * (frequency === 'Weekly' ? 7 : 1) });
  const plainTime = Temporal.PlainTime.from({ hour: syncHour });
  return date.toZonedDateTime({ timeZone, plainTime }).epochMilliseconds;
}

/** The first step of a schedule, changed at an instant, that is on the day after it or later. */
export function stepAfterEdit(schedule: OwedSchedule, at: number): number {
  const { timeZone, startDate } = schedule;
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate();
  const days = Temporal.PlainDate.from(startDate).until(local.add({ days: 1 }), { largestUnit: 'days' }).days;
  return Math.ceil(days / (schedule.frequency === 'Weekly' ? 7 : 1));
}

/**
 * The periods of a sync from a due date on, each from the end of the one before. Where they collapse, a period goes up to
 * the newest due date that had passed when the one before was settled (`settledAt`, in order), but never less than one
 * step on; `first` is planned whatever has passed.
 */
export function owedPeriods(schedule: OwedSchedule, { from, first, catchUp, settledAt }: Owing): OwedPeriod[] {
  const periods: OwedPeriod[] = [];
  let start = from;
  let step = first;
  for (let index = 0; index < settledAt.length; index += 1) {
    const passed = settledAt[index - 1] ?? -Infinity;
    if (catchUp === 'collapse') while (dueDateAt(schedule, step + 1) <= passed) step += 1;
    const due = dueDateAt(schedule, step);
    periods.push({ start: iso(start), dueDate: iso(due), recoveredDueDates: dueDatesBetween(schedule, start, step) });
    start = due;
    step += 1;
  }
  return periods;
}

export interface Owing {
  readonly from: number;
  readonly first: number;
  readonly catchUp: 'collapse' | 'each';
  readonly settledAt: readonly number[];
}

function dueDatesBetween(schedule: OwedSchedule, after: number, step: number): number {
  let count = 0;
  while (step - count - 1 >= 0 && dueDateAt(schedule, step - count - 1) > after) count += 1;
  return count;
}

export const iso = (at: number): string => new Date(at).toISOString();
