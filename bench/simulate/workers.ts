import { SLOT_LENGTH, plannedCapacity } from '../../src/domain/load/planning.js';
import type { Frequency } from '../../src/domain/schedule/frequency.js';
import { DAY, HOUR } from '../../src/domain/time/instant.js';
import type { FleetSync } from './fleet.js';

/** Of what may be planned in a day, how much the work fills when the number of workers is left open. */
const FILL = 0.7;
const RUNS_A_DAY: Readonly<Record<Frequency, number>> = {
  Daily: 1,
  Weekly: 1 / 7,
  Monthly: 1 / 30,
  Hourly: DAY / HOUR,
  Interval: DAY / HOUR,
};

/** How many workers a day's work of a fleet needs, its first periods included, for planning to have room to spare. */
export function workersFor(fleet: readonly FleetSync[], concurrency: number): number {
  const work = fleet.reduce(
    (sum, { cost, firstCost = 0, schedule }) => sum + cost * RUNS_A_DAY[schedule.selectedFrequency] + firstCost,
    0,
  );
  return Math.max(1, Math.ceil(work / FILL / plannedCapacity(concurrency) / (DAY / SLOT_LENGTH)));
}
