import type { Instant } from '../domain/time/instant.js';

/** Slots of one length from `from` to `to`, both multiples of it. */
export interface LoadWindow {
  readonly from: Instant;
  readonly to: Instant;
  /** Length of a slot in milliseconds. */
  readonly bucket: number;
  /** Absent: all clients. */
  readonly clientId?: string;
}

/** What was planned, begun and ended in one slot. Seconds are of expected work. */
export interface SlotCounts {
  /** Start of the slot. */
  readonly start: Instant;
  readonly planned: number;
  readonly plannedSeconds: number;
  /** Where what a schedule made is due, and where all else is planned. */
  readonly due: number;
  readonly dueSeconds: number;
  readonly started: number;
  readonly finished: number;
  readonly failed: number;
  readonly aborted: number;
  /** Of the finished ones, those that had begun. */
  readonly ended: number;
}

/** The counts of one moment. */
export interface LoadCounts {
  /** Runs that had begun before the window, and not ended. */
  readonly runningBefore: number;
  /** Slots in which nothing was are left out. */
  readonly slots: readonly SlotCounts[];
}

/** What an operator sees of load, over all clients: instants, states and costs. */
export abstract class LoadStore {
  abstract counts(window: LoadWindow): Promise<LoadCounts>;
  /** Seconds that live workers could work, by the start of the slot; only of minutes before `before` that were noted. */
  abstract workerSeconds(window: LoadWindow, before: Instant): Promise<ReadonlyMap<Instant, number>>;
  /** Runs that the workers seen since then execute at the same time. */
  abstract concurrency(seenSince: Instant): Promise<number>;
  /** Notes the concurrency for the minute of `now`; the most that is noted for a minute stays. */
  abstract noteConcurrency(now: Instant, seenSince: Instant): Promise<void>;
  /** Adds up by the minute what ended before an instant, a day of it at most, so that it is read faster. */
  abstract sum(before: Instant): Promise<void>;
  /** Forgets the minutes and the ended runs before an instant. */
  abstract forget(before: Instant): Promise<void>;
}
