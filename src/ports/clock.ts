import type { Instant } from '../domain/time/instant.js';

/**
 * The one clock that decisions about "now" are made by: the database's, in milliseconds.
 * Asked once per action; the answer is passed down as a parameter.
 */
export abstract class Clock {
  abstract now(): Promise<Instant>;
}
