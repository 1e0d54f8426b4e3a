import { DateTime } from 'luxon';
import { dateOfEpochDay, epochDay } from '../src/domain/time/calendar-date.js';
import type { CalendarDate } from '../src/domain/time/calendar-date.js';
import { nextDueDate } from '../src/domain/schedule/due-date.js';
import { DAY, instant, plus } from '../src/domain/time/instant.js';
import type { Instant } from '../src/domain/time/instant.js';
import { nextDueDates } from '../src/domain/schedule/next-due-dates.js';
import type { Frequency, SyncSchedule } from '../src/domain/schedule/schedule.js';
import { TIME_ZONE_NAMES } from '../src/domain/time/time-zones.js';
import { parseTimeZone } from '../src/domain/time/zoned-time.js';
import type { SyncHour, TimeZone } from '../src/domain/time/zoned-time.js';
import { compare, print, randomNumbers, timed } from './measure.js';

const NOW = instant('2026-11-22T12:00:00Z');
const FIRST_START = epochDay('2022-01-01' as CalendarDate);
/** Shares of a hundred schedules. */
const FREQUENCIES: readonly [Frequency, number][] = [
  ['Daily', 80],
  ['Weekly', 10],
  ['Monthly', 5],
  ['Hourly', 5],
];

function schedulesOf(count: number): SyncSchedule[] {
  const random = randomNumbers(7);
  const zones = TIME_ZONE_NAMES.map((name) => parseTimeZone(name) as TimeZone);
  const frequencies = FREQUENCIES.flatMap(([frequency, share]) => Array<Frequency>(share).fill(frequency));
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  return Array.from({ length: count }, () => ({
    selectedFrequency: pick(frequencies),
    frequencyOptions: ['Daily'],
    startDate: dateOfEpochDay(FIRST_START + Math.floor(random() * 1_700)),
    syncHour: Math.floor(random() * 24) as SyncHour,
    syncHourSource: 'explicit',
    timeZone: pick(zones),
  }));
}

/** The plain way: what one writes with luxon at hand, for one schedule, from one due date towards the next. */
function plainly(schedule: SyncSchedule, after: number): number {
  const { selectedFrequency, syncHour, timeZone, startDate } = schedule;
  if (selectedFrequency === 'Hourly') {
    return DateTime.fromMillis(after, { zone: timeZone }).startOf('hour').plus({ hours: 1 }).toMillis();
  }
  const start = DateTime.fromISO(startDate, { zone: timeZone }).set({ hour: syncHour });
  let due = DateTime.fromMillis(after, { zone: timeZone }).startOf('day').set({ hour: syncHour });
  if (selectedFrequency === 'Weekly') due = due.plus({ days: (start.weekday - due.weekday + 7) % 7 });
  if (selectedFrequency === 'Monthly') due = due.set({ day: Math.min(start.day, due.daysInMonth ?? 31) });
  const step = selectedFrequency === 'Monthly' ? { months: 1 } : { days: selectedFrequency === 'Weekly' ? 7 : 1 };
  while (due.toMillis() <= after || due <= start) due = due.plus(step);
  return due.toMillis();
}

/** luxon's time grows with the number alone; of very many schedules every tenth stands for ten. */
const SAMPLED_FROM = 1_000_000;

/** Row 1: the next due date of many schedules, against luxon one by one. */
export function benchDueDates(counts: readonly number[], runs: number): void {
  print('Row 1: next due dates. Times in ms; "first" is the very first call of the process.');
  const warm = schedulesOf(Math.max(...counts));
  const first = timed(() => nextDueDates(warm, NOW));
  for (const count of counts) {
    const schedules = warm.slice(0, count);
    // Another moment each run, so that no answer is known beforehand.
    const at = (run: number): Instant => plus(NOW, run * DAY);
    const part = count >= SAMPLED_FROM ? 10 : 1;
    const sample = schedules.filter((_, n) => n % part === 0);
    const { sampled, one, bulk } = compare(runs, {
      sampled: (run) => sample.map((schedule) => plainly(schedule, at(run))),
      one: (run) => schedules.map((schedule) => nextDueDate(schedule, at(run))),
      bulk: (run) => nextDueDates(schedules, at(run)),
    });
    const luxon = sampled * part;
    const times = [luxon, one, bulk].map((time) => time.toFixed(1));
    print(
      `  ${count}: luxon ${times[0]}, nextDueDate ${times[1]} (${(luxon / one).toFixed(1)}x), ` +
        `nextDueDates ${times[2]} (${(luxon / bulk).toFixed(1)}x)`,
    );
  }
  print(`  first call, ${warm.length} schedules: ${first.toFixed(0)}`);
}
