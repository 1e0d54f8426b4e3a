import type { Instant } from '../domain/time/instant.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One line of a run's log. */
export interface RunLogLine {
  readonly at: Instant;
  readonly level: LogLevel;
  readonly message: string;
  readonly model?: string;
}
