import { SHARES } from './fault-options.js';
import type { KillLoopOptions } from './kill-loop-options.js';

export type Scenario = Omit<KillLoopOptions, 'seed' | 'entry' | 'say'>;

/** Twice the heartbeat of a job: whoever sleeps for that long has lost what it held. */
const PAUSE = 30_000;

/** What the installation is, and what is done to it, unless somebody says otherwise: some minutes. */
export const longForm: Scenario = {
  shops: 60,
  days: 40,
  jumps: 10,
  stretch: 10,
  harm: { faults: 300, every: 700, backendEvery: 1_500, shares: SHARES, pauses: [PAUSE, PAUSE], databaseStops: 0 },
  sourceFailing: 5,
  sourceTakes: [0, 80],
  processes: { api: 2, dispatchers: 2, workers: 4 },
  workerConcurrency: 8,
  patience: 240_000,
};

/** What fits into a run of all tests, on two cores that others use too. */
export const shortForm: Scenario = {
  ...longForm,
  shops: 24,
  days: 12,
  jumps: 3,
  stretch: 1,
  harm: { ...longForm.harm, faults: 24, every: 1_200, databaseStops: 1 },
  processes: { api: 1, dispatchers: 2, workers: 3 },
};

/** Nobody but the database is harmed: twenty immediate stops and five kills, while there is work. */
export const databaseStops: Scenario = {
  ...longForm,
  harm: { ...longForm.harm, faults: 0, every: 4_000, databaseStops: 25, wellWithin: 10_000 },
};
