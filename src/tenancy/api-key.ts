import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { ApiKeyMode } from '../ports/tenancy.js';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 30 characters of base62 hold 178 random bits. */
const SECRET_LENGTH = 30;
/** 62^6 is more than the 2^32 values of a CRC. */
const CHECKSUM_LENGTH = 6;
const KEY = new RegExp(`^mk_(?:live|test)_[0-9A-Za-z]{${SECRET_LENGTH + CHECKSUM_LENGTH}}$`);

/** A new key, e.g. `mk_live_` and 36 characters. It is shown once; only its hash is kept. */
export function newApiKey(mode: ApiKeyMode): string {
  const key = `mk_${mode}_${randomBase62(SECRET_LENGTH)}`;
  return key + checksumOf(key);
}

/** Whether a text can be a key: its checksum tells a typing error, or a made-up key, without a database. */
export const isApiKey = (text: string): boolean =>
  KEY.test(text) && checksumOf(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH);

/** SHA-256 of the whole key. Enough for a secret of 178 random bits, and fast enough for every request. */
export const hashOfKey = (key: string): Buffer => createHash('sha256').update(key).digest();

/** What a list shows of a key. */
export const hintOf = (key: string): string => key.slice(-4);

/** Evenly distributed: a byte that would favour the first characters is drawn again. */
function randomBase62(length: number): string {
  const fair = 256 - (256 % ALPHABET.length);
  let text = '';
  while (text.length < length) {
    const bytes = randomBytes(length).filter((byte) => byte < fair);
    text += [...bytes].map((byte) => ALPHABET.charAt(byte % ALPHABET.length)).join('');
  }
  return text.slice(0, length);
}

function checksumOf(text: string): string {
  let digits = '';
  for (let rest = crc32(text); digits.length < CHECKSUM_LENGTH; rest = Math.floor(rest / ALPHABET.length)) {
    digits = ALPHABET.charAt(rest % ALPHABET.length) + digits;
  }
  return digits;
}
