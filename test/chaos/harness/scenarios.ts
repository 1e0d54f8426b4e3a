import { SHARES } from './faults.js';
import type { KillLoopOptions } from './kill-loop-options.js';

type Scenario = Omit<KillLoopOptions, 'seed' | 'entry' | 'say'>;

/** What the installation is, and what is done to it, unless somebody says otherwise: some minutes. */
export const longForm: Scenario = {
  shops: 60,
  days: 40,
  jumps: 8,
  harm: { faults: 300, every: 1_000, backendEvery: 1_500, shares: SHARES, databaseStops: 0 },
  sourceFailing: 5,
  sourceSlowness: 40,
  processes: { api: 2, dispatchers: 2, workers: 4 },
  workerConcurrency: 8,
  patience: 240_000,
  isDowntime: false,
};

/** What fits into a run of all tests, on two cores that others use too. */
export const shortForm: Scenario = {
  ...longForm,
  shops: 24,
  days: 12,
  jumps: 3,
  harm: { ...longForm.harm, faults: 24, every: 1_200, databaseStops: 1 },
  processes: { api: 1, dispatchers: 2, workers: 3 },
};

/** Sixty days without anybody there, for a thousand syncs, then a start. */
export const downtime: Scenario = {
  ...longForm,
  shops: 1_000,
  days: 60,
  jumps: 1,
  harm: { ...longForm.harm, faults: 0 },
  processes: { api: 2, dispatchers: 2, workers: 2 },
  workerConcurrency: 16,
  patience: 3_600_000,
  isDowntime: true,
};
