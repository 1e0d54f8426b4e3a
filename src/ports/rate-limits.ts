/** Points used by one key in the window that is running. */
export interface RateLimitUse {
  /** Points taken by all processes, those of this call included. May be above any limit. */
  readonly used: number;
  /** Milliseconds until the window ends and the count starts anew. */
  readonly endsIn: number;
}

/** Counts that all processes share, in windows of the database's clock. */
export abstract class RateLimitStore {
  /** Takes points in the running window of `window` milliseconds. */
  abstract take(key: string, points: number, window: number): Promise<RateLimitUse>;
  /** Forgets windows that are over; answers how many. */
  abstract deleteEnded(): Promise<number>;
}
