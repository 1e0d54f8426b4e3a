import { instantOf, type Instant } from '../domain/time/instant.js';

/** A timestamptz column as an instant. */
export const toInstant = (column: Date): Instant => instantOf(column.getTime());

/** A nullable timestamptz column; undefined where it is null. */
export const toInstantOrUndefined = (column: Date | null): Instant | undefined =>
  column === null ? undefined : toInstant(column);

/** A nullable column; undefined where it is null. */
export const orUndefined = <T>(column: T | null): T | undefined => column ?? undefined;

/** An instant, or null, as a parameter. */
export const toDate = (instant: Instant | undefined): Date | null => (instant === undefined ? null : new Date(instant));
