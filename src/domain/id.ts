import type { Brand } from './brand.js';
import type { Instant } from './time/instant.js';

/** Client, company, connection, sync, period, run, snapshot, webhook endpoint, message, API key, flow session, due date change, edit. */
export type IdPrefix =
  'cli' | 'com' | 'con' | 'syn' | 'per' | 'run' | 'snp' | 'whe' | 'msg' | 'key' | 'fs' | 'ddc' | 'edt';

/** `<prefix>_` and 26 lower-case Crockford base32 characters: 48 bits of time, then 80 random bits. */
export type Id<P extends IdPrefix = IdPrefix> = Brand<`${P}_${string}`, P>;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const BODY = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;
/** How many random bytes an id takes. */
export const ID_RANDOM_BYTES = 10;

function base32(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest >>= 5n) text = (ALPHABET[Number(rest & 31n)] ?? '') + text;
  return text;
}

/** A new id that sorts by the time it was made; `random` holds ID_RANDOM_BYTES secure random bytes. */
export function newId<P extends IdPrefix>(prefix: P, now: Instant, random: Uint8Array): Id<P> {
  if (random.length !== ID_RANDOM_BYTES) throw new RangeError(`an id takes ${ID_RANDOM_BYTES} random bytes`);
  const tail = random.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return `${prefix}_${base32(BigInt(now), 10)}${base32(tail, 16)}` as Id<P>;
}

/** Whether a text is an id of the prefix, in its one spelling. */
export function isId<P extends IdPrefix>(prefix: P, text: string): text is Id<P> {
  return (
    text.length === prefix.length + 27 && text.startsWith(`${prefix}_`) && BODY.test(text.slice(prefix.length + 1))
  );
}
