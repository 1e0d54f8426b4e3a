import { randomBytes } from 'node:crypto';
import { parsed, refused, type Parsed, type ProblemCode } from '../../domain/problem.js';

/** Standard Webhooks 1.0 asks for 24 to 64 random bytes. */
const MIN_BYTES = 24;
const MAX_BYTES = 64;
const PREFIX = 'whsec_';

/** A new signing secret of 32 random bytes, as `whsec_<base64>`. */
export const newSigningSecret = (): string => PREFIX + randomBytes(32).toString('base64');

/** A secret the client brought along: the libraries that verify accept a single byte, so the length is ours to check. */
export function parseSigningSecret(text: string): Parsed<string> {
  const encoded = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : '';
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length === 0 || bytes.toString('base64') !== encoded) {
    return wrong('invalid_format', `A signing secret is ${PREFIX} and base64 with its padding.`);
  }
  if (bytes.length < MIN_BYTES) return wrong('secret_too_short', `A signing secret has at least ${MIN_BYTES} bytes.`);
  if (bytes.length > MAX_BYTES) return wrong('too_long', `A signing secret has at most ${MAX_BYTES} bytes.`);
  return parsed(text);
}

const wrong = (code: ProblemCode, message: string): Parsed<never> => refused({ pointer: '/secret', code, message });
