/** What can happen to a process, and how often in a hundred faults. */
export const SHARES = { kill: 62, pause: 14, restart: 12, stall: 6, cut: 6 } as const;
export type FaultKind = keyof typeof SHARES;

export interface FaultOptions {
  readonly random: () => number;
  /** Processes that are killed, paused, restarted or cut off, in all. */
  readonly faults: number;
  /** After so many minutes there is no more harm, whatever was done by then. */
  readonly minutes?: number;
  /** Milliseconds between two of them. */
  readonly every: number;
  /** Milliseconds between two backends whose connection is broken. */
  readonly backendEvery: number;
  readonly shares: Readonly<Record<FaultKind, number>>;
  /** The shortest and the longest time a process sleeps, in milliseconds. */
  readonly pauses: readonly [number, number];
  /** Whom it can hit; anybody where it is absent. */
  readonly roles?: string;
  /** Stops of the database's server, spread over the faults. */
  readonly databaseStops: number;
  /** Milliseconds within which all processes must be well once the server is back; any time where it is absent. */
  readonly wellWithin?: number;
}

export type FaultCounts = Record<FaultKind | 'backend' | 'database', number>;
