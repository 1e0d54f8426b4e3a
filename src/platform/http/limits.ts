/** What the edge takes from a caller. */
export interface HttpLimits {
  /** Of a body, as sent and unpacked. */
  readonly bodyBytes: number;
  /** Objects and arrays within one another. */
  readonly bodyDepth: number;
  /** Milliseconds from the first byte of a request to its last. */
  readonly requestTimeout: number;
  /** Requests of one key in a window. */
  readonly requests: number;
  /** Requests of one session of the set-up page in a window. */
  readonly sessionRequests: number;
  /** Milliseconds of the window. */
  readonly window: number;
  /** Refused keys from one address in a minute. */
  readonly badKeys: number;
}

/** 100 requests a second over time, a thousand at once; a page makes a few. */
export const httpLimits: HttpLimits = {
  bodyBytes: 100 * 1024,
  bodyDepth: 32,
  requestTimeout: 15_000,
  requests: 1_000,
  sessionRequests: 200,
  window: 10_000,
  badKeys: 1_000,
};
