import type { Instant } from '../time/instant.js';

/** The half-open span of source data `[start, dueDate)`. */
export interface PeriodWindow {
  readonly start: Instant;
  readonly dueDate: Instant;
}

/** A window with what its making decided. */
export interface PlannedWindow extends PeriodWindow {
  /** Earlier due dates that failed or were missed and are merged into this period. */
  readonly recoveredDueDates: number;
  /** The first of its chain: nothing before it has succeeded. */
  readonly isInitial: boolean;
}

/** Where a chain of periods stands; both are stored, never derived from an edited schedule. */
export interface Chain {
  /** The last successful due date. */
  readonly watermark: Instant | undefined;
  /** Start of the first period: the start instant of the schedule when the chain was anchored. */
  readonly start: Instant;
}

/** What happens to due dates missed while the service was down: one period for all, or one for each. */
export type CatchUp = 'collapse' | 'each';

/** The instant up to which the chain is covered: where the next period starts. */
export const chainPosition = ({ watermark, start }: Chain): Instant =>
  watermark !== undefined && watermark > start ? watermark : start;
