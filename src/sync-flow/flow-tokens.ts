import { createHash, randomBytes } from 'node:crypto';

/** A secret for a browser, and what is stored of it. */
export interface FlowSecret {
  readonly text: string;
  /** SHA-256. */
  readonly hash: Buffer;
}

/** The token of a session: `fst_` and 256 random bits. Opaque, so that there is no claim to forge. */
export const newFlowToken = (): FlowSecret => secret(`fst_${randomBytes(32).toString('base64url')}`);

/** The one-time code of the hosted page: 256 random bits. */
export const newFlowCode = (): FlowSecret => secret(randomBytes(32).toString('base64url'));

/** Whether a text can be a token at all: nobody asks the database about anything else. */
export const isFlowToken = (text: string): boolean => /^fst_[A-Za-z0-9_-]{43}$/.test(text);

/** SHA-256, as it is stored. */
export const hashOfSecret = (text: string): Buffer => createHash('sha256').update(text).digest();

const secret = (text: string): FlowSecret => ({ text, hash: hashOfSecret(text) });
