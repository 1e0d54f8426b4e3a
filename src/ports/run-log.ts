import type { LogLevel } from '../domain/run/log-level.js';
import type { Instant } from '../domain/time/instant.js';
import type { Page, PageRequest } from './page.js';
import type { Progress, RunState } from './runs.js';

/** One line of a run's log, to be kept. */
export interface RunLogLine {
  readonly at: Instant;
  readonly level: LogLevel;
  /** Anything: kept as one line without queries of URLs, cut where it is long. */
  readonly message: string;
  readonly model?: string;
  /** The figures in the message, by name. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** A line that was kept. */
export interface KeptLine extends RunLogLine {
  /** Its place in the log of the run, from 1 without gaps. */
  readonly sequence: number;
}

export interface LinesOfRun {
  readonly clientId: string;
  readonly runId: string;
  readonly lines: readonly RunLogLine[];
}

export interface LogFilter {
  /** This level and those above it. */
  readonly level?: LogLevel;
  readonly model?: string;
}

/** Writes lines in the transaction of what they tell of. */
export abstract class RunLogWriter {
  /**
   * Adds lines to runs that this transaction holds: it has made, locked or changed each of them before. One
   * statement for all. No text can make it fail.
   */
  abstract add(runs: readonly LinesOfRun[]): Promise<void>;
}

/** The logs of one client's runs. */
export abstract class RunLogStore extends RunLogWriter {
  /** Oldest first; a page goes on after a sequence. */
  abstract list(runId: string, filter: LogFilter, page: PageRequest): Promise<Page<KeptLine>>;
}

/** A run that somebody follows, and the last line that they have. */
export interface FollowedRun {
  readonly clientId: string;
  readonly runId: string;
  readonly after: number;
}

/** What is new of a followed run. */
export interface FollowedNews {
  readonly state: RunState;
  readonly statusCode?: number;
  readonly status?: string;
  readonly errorMessage?: string;
  readonly progress: Progress;
  /** Oldest first; no more than asked for. */
  readonly lines: readonly KeptLine[];
}

/** The logs of all clients' runs, for those who write, follow and forget many at once. */
export abstract class RunLogFeed extends RunLogWriter {
  /** In the order asked for, all of one moment; undefined where the run is gone. */
  abstract follow(runs: readonly FollowedRun[], mostLines: number): Promise<readonly (FollowedNews | undefined)[]>;
  /** Deletes up to `most` lines that are older; answers how many there were. */
  abstract deleteBefore(instant: Instant, most: number): Promise<number>;
}
