import { instantOf, type Instant } from '../domain/time/instant.js';

/** This machine's own clock: for what stands in for the world outside, never for a decision about a period. */
export const systemNow = (): Instant => instantOf(Date.now());
