import { SHARES } from './fault-options.js';
import { shortForm, type Scenario } from './scenarios.js';

/** What is done to a mutant, and, to see that it is the mutant that fails, to the product as it is. */
export interface MutantScenario extends Scenario {
  readonly name: string;
}

const nobody = { ...SHARES, kill: 0, pause: 0, restart: 0, stall: 0, cut: 0 };
/** The source and the lines fail nobody: what goes wrong is the mutant's. */
const base = { ...shortForm, jumps: 1, sourceFailing: 0, patience: 240_000 };

/**
 * Five of six workers sleep, longer than a job lives without a heartbeat, while the source answers each of them. One
 * worker alone cannot take all there is, or it might be the one that does not sleep. The sixth takes up what they held
 * after 15 to 21 s, and still waits for the same page when they wake up and keep theirs: whoever comes later, with a
 * page that is kept already, changes nothing.
 */
export const pauses: MutantScenario = {
  ...base,
  name: 'pauses',
  shops: 36,
  days: 1,
  sourceTakes: [16_000, 20_000],
  workerConcurrency: 18,
  processes: { api: 1, dispatchers: 1, workers: 6 },
  harm: {
    ...shortForm.harm,
    faults: 5,
    every: 1_500,
    backendEvery: 600_000,
    roles: 'worker',
    shares: { ...nobody, pause: 100 },
    pauses: [22_000, 28_000],
    databaseStops: 0,
  },
};

/** Nearly every transaction is near one that breaks. */
export const breaks: MutantScenario = {
  ...base,
  name: 'breaks',
  days: 8,
  jumps: 2,
  sourceTakes: [0, 5],
  harm: { ...shortForm.harm, faults: 1, every: 25_000, backendEvery: 40, databaseStops: 0 },
};

/** Nobody is harmed. */
export const calm: MutantScenario = {
  ...base,
  name: 'calm',
  shops: 12,
  days: 6,
  processes: { api: 1, dispatchers: 2, workers: 2 },
  harm: { ...shortForm.harm, faults: 0, databaseStops: 0 },
};

/** Workers are killed with their hands full; nothing wakes what they held but the job they have not ended. */
export const kills: MutantScenario = {
  ...base,
  name: 'kills',
  days: 3,
  sourceTakes: [1_500, 3_000],
  patience: 75_000,
  harm: {
    ...shortForm.harm,
    faults: 6,
    every: 2_500,
    backendEvery: 600_000,
    roles: 'worker',
    shares: { ...nobody, kill: 100 },
    databaseStops: 0,
  },
};

/** Each page lasts longer than a job lives without a heartbeat, and nobody is harmed. */
export const longReads: MutantScenario = {
  ...calm,
  name: 'long-reads',
  shops: 6,
  days: 1,
  sourceTakes: [25_000, 26_000],
  patience: 200_000,
};

/** Many are due at once, and each takes its time at the source. */
export const limits: MutantScenario = { ...calm, name: 'limits', shops: 24, days: 2, sourceTakes: [300, 600] };
