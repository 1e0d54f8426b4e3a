import { dateOfDueDate, startInstant, wallTimeOf } from './due-date.js';
import { DAY, HOUR } from '../time/instant.js';
import type { Instant } from '../time/instant.js';
import type { PeriodWindow } from '../chain/period.js';
import { shiftedStartDate } from './schedule-fields.js';
import type { SyncSchedule } from './sync-schedule.js';
import { localTimeAt, offsetAt } from '../time/zoned-time.js';

export type ScheduleWarningKind =
  | 'dst_short'
  | 'dst_long'
  | 'hour_missing'
  | 'hour_twice'
  | 'future_start'
  | 'long_catch_up'
  | 'partial_first_day'
  | 'start_date_shifted';

/** Something about a schedule that a merchant may not expect. */
export interface ScheduleWarning {
  readonly kind: ScheduleWarningKind;
  /** The due date it is about; null when it is about the schedule. */
  readonly dueDate: Instant | null;
  readonly message: string;
}

interface Previewed {
  readonly schedule: SyncSchedule;
  readonly now: Instant;
  readonly writtenStartDate?: unknown;
}

type PreviewedPeriod = PeriodWindow & { readonly kind: string };

/** Merchants think in months: a longer first period deserves a word. */
const LONG = 31 * DAY;

/** The warnings of a preview: those of the schedule, then those of its periods in order. */
export function warningsOf(preview: Previewed, periods: readonly PreviewedPeriod[]): readonly ScheduleWarning[] {
  const { schedule } = preview;
  return [
    ...startWarnings(preview, periods[0]),
    ...periods.flatMap((period) => [...lengthWarnings(schedule, period), ...hourWarnings(schedule, period)]),
  ];
}

function startWarnings({ schedule, now, writtenStartDate }: Previewed, first: PreviewedPeriod | undefined) {
  const warnings: ScheduleWarning[] = [];
  const warn = (kind: ScheduleWarningKind, dueDate: Instant | null, message: string): void => {
    warnings.push({ kind, dueDate, message });
  };
  const { startDate, syncHour, timeZone } = schedule;
  if (shiftedStartDate(writtenStartDate, timeZone) !== undefined) {
    warn('start_date_shifted', null, `The start date is ${startDate} in ${timeZone}, another day than was written.`);
  }
  if (first === undefined) return warnings;
  const days = Math.round((first.dueDate - first.start) / DAY);
  if (first.dueDate - first.start > LONG) warn('long_catch_up', first.dueDate, `The first period covers ${days} days.`);
  if (first.kind !== 'first') return warnings;
  if (startInstant(schedule) > now) warn('future_start', first.dueDate, `Nothing is synced before ${startDate}.`);
  if (syncHour > 0) {
    warn('partial_first_day', first.dueDate, `What happened before ${clock(syncHour)} on ${startDate} is left out.`);
  }
  return warnings;
}

const clock = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;

function lengthWarnings({ timeZone }: SyncSchedule, period: PreviewedPeriod): readonly ScheduleWarning[] {
  const { start, dueDate, kind } = period;
  const change = offsetAt(dueDate, timeZone) - offsetAt(start, timeZone);
  if (kind !== 'regular' || change === 0) return [];
  const hours = `${(dueDate - start) / HOUR} hours long`;
  const until = localTimeAt(dueDate, timeZone);
  return change > 0
    ? [{ kind: 'dst_short', dueDate, message: `The clocks go forward: the period until ${until} is ${hours}.` }]
    : [{ kind: 'dst_long', dueDate, message: `The clocks go back: the period until ${until} is ${hours}.` }];
}

function hourWarnings(schedule: SyncSchedule, { dueDate }: PreviewedPeriod): readonly ScheduleWarning[] {
  const wallTime = wallTimeOf(schedule, dueDate);
  if (wallTime === undefined || wallTime === 'once') return [];
  const hour = `${clock(schedule.syncHour)} on ${dateOfDueDate(schedule, dueDate)}`;
  const due = localTimeAt(dueDate, schedule.timeZone);
  return wallTime === 'missing'
    ? [{ kind: 'hour_missing', dueDate, message: `The clocks skip ${hour}: the sync is due at ${due}.` }]
    : [
        {
          kind: 'hour_twice',
          dueDate,
          message: `The clocks show ${hour} twice: the sync is due at the first, ${due}.`,
        },
      ];
}
