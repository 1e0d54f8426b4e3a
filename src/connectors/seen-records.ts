import { instantOf, type Instant } from '../domain/time/instant.js';
import type { SourceRecord } from '../ports/connector.js';

/** Two pages of the largest size: enough to know a record again that moved from one page to the next. */
const MOST_SEEN = 2_000;

/** A record in one of its states: edited meanwhile, it is another one, and must not be left out. */
const keyOf = ({ id, updatedAt }: SourceRecord): string => `${updatedAt ?? ''} ${id}`;

/** The change token of a key; 0 where the record has none. */
export const tokenIn = (key: string): Instant => instantOf(Number(key.slice(0, key.indexOf(' '))));

/** Those not seen before, each once. */
export function unknownOf(records: readonly SourceRecord[], seen: readonly string[]): SourceRecord[] {
  const known = new Set(seen);
  return records.filter((record) => {
    const isNew = !known.has(keyOf(record));
    known.add(keyOf(record));
    return isNew;
  });
}

/** The keys of what was seen before and now, the newest last, as many as a checkpoint should hold. */
export function withSeen(seen: readonly string[], found: readonly SourceRecord[]): readonly string[] {
  const newest = new Set(found.map(keyOf));
  return [...seen.filter((key) => !newest.has(key)), ...newest].slice(-MOST_SEEN);
}
