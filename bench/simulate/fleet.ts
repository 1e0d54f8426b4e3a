import { addDays, parseCalendarDate, type CalendarDate } from '../../src/domain/time/calendar-date.js';
import { instant } from '../../src/domain/time/instant.js';
import { TIME_ZONE_NAMES } from '../../src/domain/time/time-zones.js';
import { parseSyncHour, parseTimeZone, type SyncHour, type TimeZone } from '../../src/domain/time/zoned-time.js';
import type { Frequency } from '../../src/domain/schedule/frequency.js';
import type { SyncSchedule } from '../../src/domain/schedule/sync-schedule.js';
import { randomNumbers } from '../measure.js';
import { Draw, zipfSizes } from './draw.js';
import { ZONE_WEIGHTS } from './zone-weights.js';

/** A Monday, far from any change of the clocks. */
export const BEGIN = instant('2026-02-02T00:00:00Z');
const FIRST_DATE = parseCalendarDate('2025-11-01');

export const ASSUMPTIONS = {
  /** Of a client's merchants, how many are in its home zone; others anywhere. */
  atHome: 0.5,
  /** Of all zones, how many are drawn by weight; others from every zone there is. */
  inWeightedZones: 0.95,
  /** Syncs at hour 0, which is also the default; half of the others at night (1 to 6), half at any hour. */
  atMidnight: 0.7,
  frequencies: [
    ['Daily', 88],
    ['Weekly', 5],
    ['Monthly', 4],
    ['Hourly', 3],
  ] satisfies readonly (readonly [Frequency, number])[],
  /** Seconds: half of all runs take less. */
  medianCost: 3,
  sigma: 1,
  /** Syncs whose first period is still to come, and how many times longer it takes. */
  firstPeriods: 0.02,
  firstCost: 20,
} as const;

const ZONES = TIME_ZONE_NAMES.map(zoneOf);
const WEIGHTED_ZONES = ZONE_WEIGHTS.map(([name, weight]) => [zoneOf(name), weight] as const);

function zoneOf(name: string): TimeZone {
  const zone = parseTimeZone(name);
  if (zone === undefined) throw new RangeError(`not a time zone: ${name}`);
  return zone;
}

/** One sync of the fleet. */
export interface FleetSync {
  readonly client: number;
  readonly schedule: SyncSchedule;
  /** Seconds of work a period takes, and its first one. */
  readonly cost: number;
  readonly firstCost: number | undefined;
}

/** A fleet over all zones; clients by Zipf's law, the largest first. The same for the same numbers. */
export function fleetOf({
  syncs,
  clients,
  seed,
}: {
  syncs: number;
  clients: number;
  seed: number;
}): readonly FleetSync[] {
  const draw = new Draw(randomNumbers(seed));
  const schedules = new Map<string, SyncSchedule>();
  return zipfSizes(syncs, clients).flatMap((size, client) => {
    const home = anyZone(draw);
    return Array.from({ length: size }, (): FleetSync => {
      const schedule = shared(schedules, scheduleOf(draw, home));
      const cost = Math.min(3_600, Math.max(0.1, draw.logNormal(ASSUMPTIONS.medianCost, ASSUMPTIONS.sigma)));
      const firstCost = draw.chance(ASSUMPTIONS.firstPeriods) ? cost * ASSUMPTIONS.firstCost : undefined;
      return { client, schedule, cost, firstCost };
    });
  });
}

function scheduleOf(draw: Draw, home: TimeZone): SyncSchedule {
  const selectedFrequency = draw.weighted(ASSUMPTIONS.frequencies);
  const timeZone = draw.chance(ASSUMPTIONS.atHome) ? home : anyZone(draw);
  // The day matters to weekly and monthly schedules only.
  const later = selectedFrequency === 'Weekly' || selectedFrequency === 'Monthly' ? draw.below(31) : 0;
  return {
    selectedFrequency,
    frequencyOptions: [selectedFrequency],
    startDate: addDays(FIRST_DATE ?? ('' as CalendarDate), later),
    syncHour: hourOf(draw),
    syncHourSource: 'explicit',
    timeZone,
  };
}

function hourOf(draw: Draw): SyncHour {
  const hour = draw.chance(ASSUMPTIONS.atMidnight) ? 0 : draw.chance(0.5) ? 1 + draw.below(6) : draw.below(24);
  return parseSyncHour(hour) ?? (0 as SyncHour);
}

function anyZone(draw: Draw): TimeZone {
  const weighted = draw.chance(ASSUMPTIONS.inWeightedZones);
  return weighted ? draw.weighted(WEIGHTED_ZONES) : draw.of(ZONES);
}

/** A few thousand schedules serve a million syncs. */
function shared(known: Map<string, SyncSchedule>, schedule: SyncSchedule): SyncSchedule {
  const key = `${schedule.selectedFrequency} ${schedule.startDate} ${schedule.syncHour} ${schedule.timeZone}`;
  const found = known.get(key) ?? schedule;
  known.set(key, found);
  return found;
}
