import { Rule } from '../platform/rules.js';

const MOST_BYTES = 10_000;

const isSmall = (value: unknown): boolean =>
  value === undefined || Buffer.byteLength(JSON.stringify(value) ?? '') <= MOST_BYTES;

export class PutVariable {
  /** Any JSON, null too. */
  @Rule({ code: 'required', message: '$property is required.', holds: (value) => value !== undefined })
  @Rule({ code: 'too_long', message: `$property may hold ${MOST_BYTES} bytes of JSON at most.`, holds: isSmall })
  readonly value: unknown;
}
