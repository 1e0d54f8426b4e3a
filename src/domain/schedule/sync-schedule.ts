import type { CalendarDate } from '../time/calendar-date.js';
import type { Frequency } from './frequency.js';
import type { SyncHour, TimeZone } from '../time/zoned-time.js';

/** Where the sync hour came from when the schedule was saved. */
export type SyncHourSource = 'explicit' | 'clientDefault' | 'systemDefault';

/** When a sync becomes due, with every default taken: the lattice of its due dates. */
export interface SyncSchedule {
  readonly selectedFrequency: Frequency;
  readonly frequencyOptions: readonly Frequency[];
  /** ISO 8601, PT1M to PT12H in whole minutes; with `Interval` only. */
  readonly interval?: string;
  /** First day of the first period, local to the time zone; the anchor of the lattice. */
  readonly startDate: CalendarDate;
  readonly syncHour: SyncHour;
  readonly syncHourSource: SyncHourSource;
  readonly timeZone: TimeZone;
}
