import type { ChaosDatabase } from './chaos-database.js';
import type { Peak } from './check-limits.js';
import type { FaultCounts, FaultOptions } from './fault-options.js';

export interface KillLoopOptions {
  readonly seed: number;
  /** The built product, or a mutant of it. */
  readonly entry: string;
  readonly shops: number;
  /** Days the clock is moved on in all: each shop owes about as many periods. */
  readonly days: number;
  /** In so many jumps, each once most of what was owed before is done. */
  readonly jumps: number;
  /** Jumps go on as long as there is harm to come: so many times as far at the most. */
  readonly stretch: number;
  readonly harm: Omit<FaultOptions, 'random'>;
  /** How many requests in a hundred the source answers 503. */
  readonly sourceFailing: number;
  /** The shortest and the longest time an answer of the source takes, in milliseconds. */
  readonly sourceTakes: readonly [number, number];
  readonly processes: { readonly api: number; readonly dispatchers: number; readonly workers: number };
  readonly workerConcurrency: number;
  /** How long what is owed may take once the faults are over, in milliseconds. */
  readonly patience: number;
  /** Takes away what would hide a mutant. */
  readonly prepare?: (database: ChaosDatabase) => Promise<void>;
  readonly say: (line: string) => void;
}

export interface KillLoopReport {
  readonly seed: number;
  readonly periods: number;
  readonly seconds: number;
  readonly faults: FaultCounts;
  /** Processes killed, by role. */
  readonly killed: Readonly<Record<string, number>>;
  /** Milliseconds after which all processes were well again, for each stop of the database that was measured. */
  readonly recoveries: readonly number[];
  /** How much of each limit was used, as the source saw it. */
  readonly peaks: readonly Peak[];
  /** How often a coverage was asked for while there was harm. */
  readonly coverages: number;
  /** Processes that were ready, in all. */
  readonly starts: number;
  /** Deliveries of a message that had come before. */
  readonly redelivered: number;
  /** Requests that a caller had to send again. */
  readonly repeated: number;
  /** Processes that could not start, and were started again: the database was out of reach just then. */
  readonly failedStarts: number;
  /** What must not be. */
  readonly findings: readonly string[];
}
