import type { CalendarDate, SyncHour, TimeZone } from '../domain/time/zoned-time.js';
import type { Frequency, SyncSchedule } from '../domain/schedule/schedule.js';

/** The schedule columns of a sync, as `scheduleColumns` reads them. */
export interface ScheduleRow {
  readonly selected_frequency: Frequency | null;
  readonly frequency_options: Frequency[] | null;
  readonly interval: string | null;
  readonly start_date: string | null;
  readonly sync_hour: number | null;
  readonly sync_hour_source: SyncSchedule['syncHourSource'] | null;
  readonly time_zone: string | null;
}

/** Column list for `alias`; the date as text, because a civil date must not become an instant. */
export const scheduleColumns = (alias: string): string =>
  `${alias}.selected_frequency, ${alias}.frequency_options, ${alias}.interval, ${alias}.start_date::text as start_date,
   ${alias}.sync_hour, ${alias}.sync_hour_source, ${alias}.time_zone`;

export function toSchedule(row: ScheduleRow): SyncSchedule | undefined {
  const { selected_frequency, frequency_options, start_date, sync_hour, sync_hour_source, time_zone } = row;
  // The constraint schedule_is_whole: all are there or none.
  if (!selected_frequency || !frequency_options || !start_date || sync_hour === null || !sync_hour_source || !time_zone)
    return undefined;
  return {
    selectedFrequency: selected_frequency,
    frequencyOptions: frequency_options,
    ...(row.interval === null ? {} : { interval: row.interval }),
    startDate: start_date as CalendarDate,
    syncHour: sync_hour as SyncHour,
    syncHourSource: sync_hour_source,
    timeZone: time_zone as TimeZone,
  };
}
