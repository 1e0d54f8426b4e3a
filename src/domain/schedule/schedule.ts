import type { CalendarDate } from '../time/calendar-date.js';
import { startInstant } from './due-date.js';
import { subtractDuration } from '../time/duration.js';
import type { Duration } from '../time/duration.js';
import type { Frequency } from './frequency.js';
import type { Instant } from '../time/instant.js';
import { parsed, refused, shown } from '../problem.js';
import type { Parsed, Problem } from '../problem.js';
import {
  readFrequencyOptions,
  readInterval,
  readSelectedFrequency,
  readStartDate,
  readSyncHour,
  readTimeZone,
  reportUnknownFields,
} from './schedule-fields.js';
import type { Report } from './schedule-fields.js';
import type { SyncHourSource, SyncSchedule } from './sync-schedule.js';
import { UTC } from '../time/zoned-time.js';
import type { SyncHour } from '../time/zoned-time.js';

export type { Frequency } from './frequency.js';
export type { SyncHourSource, SyncSchedule } from './sync-schedule.js';

/** What a client's settings, and the sync's present schedule, add to a request. */
export interface ScheduleDefaults {
  readonly syncHour?: SyncHour;
  readonly frequencyOptions: readonly Frequency[];
  /** How far before now a start date may lie; absent: any distance. */
  readonly maxBackfill?: Duration;
  /** The start date in force: keeping it is no new backfill, however old it has become. */
  readonly startDateInForce?: CalendarDate;
  readonly now: Instant;
}

const isObject = (input: unknown): input is Readonly<Record<string, unknown>> =>
  typeof input === 'object' && input !== null && !Array.isArray(input);

/** Reads a schedule from parsed JSON: the schedule with every default taken, or every problem it has. */
export function parseSchedule(input: unknown, defaults: ScheduleDefaults): Parsed<SyncSchedule> {
  if (!isObject(input)) {
    const message = `A schedule is a JSON object; got ${shown(input)}.`;
    return refused({ pointer: '', code: 'invalid_type', message });
  }
  const problems: Problem[] = [];
  const report: Report = (pointer, code, message) => {
    problems.push({ pointer, code, message });
    return undefined;
  };
  reportUnknownFields(input, report);
  const schedule = readSchedule(input, defaults, report);
  if (schedule !== undefined) reportBackfill(schedule, defaults, report);
  return schedule === undefined || problems.length > 0 ? refused(...problems) : parsed(schedule);
}

function readSchedule(
  input: Readonly<Record<string, unknown>>,
  defaults: ScheduleDefaults,
  report: Report,
): SyncSchedule | undefined {
  const frequencyOptions = readFrequencyOptions(input['frequencyOptions'], report) ?? defaults.frequencyOptions;
  const selectedFrequency = readSelectedFrequency(input['selectedFrequency'], frequencyOptions, report);
  const interval = readInterval(input['interval'], selectedFrequency, report);
  const timeZone = readTimeZone(input['timeZone'], report);
  const startDate = readStartDate(input['startDate'], timeZone ?? UTC, report);
  const explicitHour = readSyncHour(input['syncHour'], report);
  if (selectedFrequency === undefined || timeZone === undefined || startDate === undefined) return undefined;
  const hour = syncHourOf(explicitHour, defaults);
  return { selectedFrequency, frequencyOptions, ...(interval && { interval }), startDate, ...hour, timeZone };
}

function syncHourOf(
  explicit: SyncHour | undefined,
  defaults: ScheduleDefaults,
): { syncHour: SyncHour; syncHourSource: SyncHourSource } {
  if (explicit !== undefined) return { syncHour: explicit, syncHourSource: 'explicit' };
  if (defaults.syncHour !== undefined) return { syncHour: defaults.syncHour, syncHourSource: 'clientDefault' };
  return { syncHour: 0 as SyncHour, syncHourSource: 'systemDefault' };
}

function reportBackfill(schedule: SyncSchedule, defaults: ScheduleDefaults, report: Report): void {
  const { maxBackfill, now, startDateInForce } = defaults;
  if (maxBackfill === undefined || schedule.startDate === startDateInForce) return;
  const earliest = subtractDuration(now, maxBackfill, schedule.timeZone);
  if (startInstant(schedule) >= earliest) return;
  report(
    '/startDate',
    'backfill_too_long',
    `startDate lies further back than maxBackfill allows; got ${schedule.startDate}.`,
  );
}

/** Whether two schedules have the same due dates; what else may be chosen does not count. */
export function sameSchedule(a: SyncSchedule, b: SyncSchedule): boolean {
  return (
    a.selectedFrequency === b.selectedFrequency &&
    a.interval === b.interval &&
    a.startDate === b.startDate &&
    a.syncHour === b.syncHour &&
    a.timeZone === b.timeZone
  );
}
