import type { Instant } from '../domain/time/instant.js';
import type { SealedSecret } from './secrets.js';

/** A request that is to be answered once, however often it is sent. */
export interface IdempotentRequest {
  /** As the caller chose it; one client's keys mean nothing to another. */
  readonly key: string;
  /** SHA-256 of what was asked. */
  readonly fingerprint: Buffer;
}

/** The answer, sealed: it may hold a secret that is shown once. */
export interface IdempotentAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent for an answer without a body. */
  readonly body?: SealedSecret;
}

export type IdempotencyClaim =
  | { readonly kind: 'ours' }
  | { readonly kind: 'answered'; readonly answer: IdempotentAnswer }
  | { readonly kind: 'in_use' }
  | { readonly kind: 'reused' };

/** Answers kept for 24 hours, of one client or of the operator. */
export abstract class IdempotencyStore {
  /**
   * `ours` for exactly one of any number of callers at once. A claim that got no answer within two minutes is
   * given up: its process died.
   */
  abstract claim(request: IdempotentRequest, now: Instant): Promise<IdempotencyClaim>;
  abstract answer(key: string, answer: IdempotentAnswer): Promise<void>;
  /** Gives up the claim, so that the request can be tried again. */
  abstract release(key: string): Promise<void>;
  /** Forgets what was claimed before; answers how many. Over all clients for the operator. */
  abstract deleteBefore(instant: Instant): Promise<number>;
}
