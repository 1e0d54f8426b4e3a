import type { Brand } from '../brand.js';
import { parseDateTime } from './date-time.js';

/** A point in time: whole milliseconds since 1970-01-01T00:00Z. */
export type Instant = Brand<number, 'Instant'>;

/** Lengths of elapsed time, in milliseconds. A calendar day is not always DAY long. */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** An instant from epoch milliseconds, e.g. what a clock or a database row gave. */
export const instantOf = (epochMilliseconds: number): Instant => Math.trunc(epochMilliseconds) as Instant;

/** Parses an ISO 8601 date and time with an offset or `Z`; undefined where the text is not one. */
export function parseInstant(text: string): Instant | undefined {
  const parsed = parseDateTime(text);
  return parsed?.offset === undefined ? undefined : instantOf(parsed.wallTime - parsed.offset);
}

/** As parseInstant, for text known to be right, such as constants; throws RangeError otherwise. */
export function instant(iso: string): Instant {
  const parsed = parseInstant(iso);
  if (parsed === undefined) throw new RangeError(`not an ISO 8601 instant with an offset: ${iso}`);
  return parsed;
}

/** ISO 8601 in UTC with milliseconds: `2022-07-13T23:00:00.000Z`. */
export const toIso = (at: Instant): string => new Date(at).toISOString();

export const later = (a: Instant, b: Instant): Instant => (a > b ? a : b);
export const earlier = (a: Instant, b: Instant): Instant => (a < b ? a : b);
/** The instant a number of elapsed milliseconds after another. */
export const plus = (at: Instant, milliseconds: number): Instant => instantOf(at + milliseconds);
