import type { LogLevel } from '../../domain/run/log-level.js';
import { SECOND, type Instant } from '../../domain/time/instant.js';
import { RunningTime } from '../../platform/running-time.js';
import type { RunLogLine } from '../../ports/run-log.js';

export type LineDetails = Partial<Pick<RunLogLine, 'at' | 'model' | 'data'>>;

/** The lines a run has written since they were last kept; they are committed with what they tell of. */
export class RunLog {
  readonly time: RunningTime;
  private readonly lines: RunLogLine[] = [];
  private readonly pagesToldAt = new Map<string, Instant>();
  /** Settles when the last in line has kept what there was. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(now: Instant) {
    this.time = new RunningTime(now);
  }

  /** `at` is now unless given. */
  add(level: LogLevel, message: string, { at = this.time.now(), model, data }: LineDetails = {}): void {
    this.lines.push({ at, level, message, model, data });
  }

  /** Whether a line has waited for so many milliseconds to be kept. */
  hasWaited(milliseconds: number): boolean {
    const [oldest] = this.lines;
    return oldest !== undefined && this.time.now() - oldest.at >= milliseconds;
  }

  /** Whether the pages of a model are worth a line again: once a second. Asking counts as telling. */
  tellsPages(model: string): boolean {
    const now = this.time.now();
    const last = this.pagesToldAt.get(model);
    if (last !== undefined && now - last < SECOND) return false;
    this.pagesToldAt.set(model, now);
    return true;
  }

  /**
   * Hands the lines not kept yet, oldest first, to work that keeps them; should it fail, they wait for the next.
   * One at a time, so that no line is kept twice and none before an older one.
   */
  keep<T>(work: (lines: readonly RunLogLine[]) => Promise<T>): Promise<T> {
    const kept = this.turn.then(async () => {
      const lines = [...this.lines];
      const result = await work(lines);
      this.lines.splice(0, lines.length);
      return result;
    });
    this.turn = kept.catch(() => undefined);
    return kept;
  }
}
