import type { ChaosDatabase } from './chaos-database.js';
import type { FaultCounts, FaultOptions } from './faults.js';

export interface KillLoopOptions {
  readonly seed: number;
  /** The built product, or a mutant of it. */
  readonly entry: string;
  readonly shops: number;
  /** Days the clock is moved on in all: each shop owes about as many periods. */
  readonly days: number;
  /** In so many jumps, each once all that was owed before is done. */
  readonly jumps: number;
  readonly harm: Omit<FaultOptions, 'random'>;
  /** How many requests in a hundred the source answers 503. */
  readonly sourceFailing: number;
  /** Longest time an answer of the source takes, in milliseconds. */
  readonly sourceSlowness: number;
  readonly processes: { readonly api: number; readonly dispatchers: number; readonly workers: number };
  readonly workerConcurrency: number;
  /** How long what is owed may take once the faults are over, in milliseconds. */
  readonly patience: number;
  /** Whether nobody is there while the clock moves on: a service that was switched off. */
  readonly isDowntime: boolean;
  /** Takes away what would hide a mutant. */
  readonly prepare?: (database: ChaosDatabase) => Promise<void>;
  readonly say: (line: string) => void;
}

export interface KillLoopReport {
  readonly seed: number;
  readonly periods: number;
  readonly seconds: number;
  readonly faults: FaultCounts;
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
