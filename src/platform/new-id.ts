import { randomBytes } from 'node:crypto';
import { ID_RANDOM_BYTES, newId, type Id, type IdPrefix } from '../domain/id.js';
import type { Instant } from '../domain/time/instant.js';

/** A new id with secure random bytes; sorts by the time it was made. */
export const makeId = <P extends IdPrefix>(prefix: P, now: Instant): Id<P> =>
  newId(prefix, now, randomBytes(ID_RANDOM_BYTES));
