import { randomBytes } from 'node:crypto';
import { ID_RANDOM_BYTES, newId, type Id, type IdPrefix } from '../domain/id.js';
import type { Instant } from '../domain/time/instant.js';

let last: { readonly at: Instant; readonly random: Uint8Array } | undefined;

/**
 * A new id; sorts by the time it was made. Of one millisecond, those made by one process sort in the order they were
 * made in: the messages of a settlement are listed as they are numbered.
 */
export function makeId<P extends IdPrefix>(prefix: P, now: Instant): Id<P> {
  const random = last?.at === now ? following(last.random) : freshBytes();
  last = { at: now, random };
  return newId(prefix, now, random);
}

/** With room to count upwards from. */
function freshBytes(): Uint8Array {
  const bytes = randomBytes(ID_RANDOM_BYTES);
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return bytes;
}

/** The next higher number. */
function following(bytes: Uint8Array): Uint8Array {
  const next = Uint8Array.from(bytes);
  for (let index = next.length - 1; index >= 0; index -= 1) {
    next[index] = ((next[index] ?? 0) + 1) & 0xff;
    if (next[index] !== 0) break;
  }
  return next;
}
