import { instant } from '../../../src/domain/time/instant.js';
import type { Instant } from '../../../src/domain/time/instant.js';
import { parseSchedule } from '../../../src/domain/schedule/schedule.js';
import type { SyncSchedule } from '../../../src/domain/schedule/schedule.js';
import { parseTimeZone } from '../../../src/domain/time/zoned-time.js';
import type { CalendarDate, SyncHour, TimeZone } from '../../../src/domain/time/zoned-time.js';

export const date = (text: string): CalendarDate => text as CalendarDate;
export const hour = (value: number): SyncHour => value as SyncHour;

export function zone(name: string): TimeZone {
  const parsed = parseTimeZone(name);
  if (parsed === undefined) throw new Error(`no such zone: ${name}`);
  return parsed;
}

/** A schedule as a client would write it; daily at midnight in London from 2022-05-01 unless it says otherwise. */
export function aSchedule(fields: Readonly<Record<string, unknown>> = {}): SyncSchedule {
  const input = { selectedFrequency: 'Daily', startDate: '2022-05-01', timeZone: 'Europe/London', ...fields };
  const schedule = parseSchedule(input, {
    frequencyOptions: ['Interval', 'Hourly', 'Daily', 'Weekly', 'Monthly'],
    now: instant('2022-07-13T16:00:00Z'),
  });
  if (!schedule.ok) throw new Error(JSON.stringify(schedule.problems));
  return schedule.value;
}

/** An instant written to the minute, or to the hour: `2022-07-14T00:00+01:00`. */
export const at = (text: string): Instant => instant(text);

/** Two seasons: what a wall time means must not depend on the present date. */
export const PRESENTS = [
  ['January', '2026-01-15T12:00:00Z'],
  ['July', '2026-07-15T12:00:00Z'],
] as const;
