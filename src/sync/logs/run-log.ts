import type { Instant } from '../../domain/time/instant.js';
import type { LogLevel, RunLogLine } from '../../ports/run-log.js';

/** The lines a run has written since they were last kept; they are committed with what they tell of. */
export class RunLog {
  private lines: RunLogLine[] = [];

  add(level: LogLevel, message: string, { at, model }: { readonly at: Instant; readonly model?: string }): void {
    this.lines.push({ at, level, message, model });
  }

  /** The lines not kept yet, oldest first; they are the caller's to keep. */
  take(): readonly RunLogLine[] {
    const { lines } = this;
    this.lines = [];
    return lines;
  }
}
