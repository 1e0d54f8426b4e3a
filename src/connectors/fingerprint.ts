import { createHash } from 'node:crypto';

/** A short text that is the same for the same values, and tells nothing of them. */
export const fingerprint = (...values: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(values)).digest('base64url');
