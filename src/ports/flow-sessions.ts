import type { Instant } from '../domain/time/instant.js';

export type FlowView = 'auto' | 'setup' | 'status';
export type FlowScope = 'config:read' | 'config:write' | 'status:read' | 'action:pause' | 'action:sync_now';

/** One merchant's short-lived access to the setup UI of one company. */
export interface FlowSession {
  readonly id: string;
  readonly companyId: string;
  readonly connectionId?: string;
  readonly syncId?: string;
  readonly view: FlowView;
  readonly scopes: readonly FlowScope[];
  readonly allowedOrigins: readonly string[];
  /** BCP 47. */
  readonly locale?: string;
  readonly timeZone?: string;
  readonly readOnly: boolean;
  /** Parts of the page switched on or off, by name. */
  readonly features: Readonly<Record<string, boolean>>;
  readonly redirectUrl?: string;
  /** Who uses the page, for the audit trail. */
  readonly actor?: FlowActor;
  /** The name to show; the company's when absent. */
  readonly merchantName?: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  /** However much the page is used, the token does not outlive this. */
  readonly lastPossibleAt: Instant;
  /** How long the token lives from each use. */
  readonly ttlSeconds: number;
}

export interface FlowActor {
  readonly id: string;
  readonly name?: string;
}

/** SHA-256 of the browser's token and of the hosted page's code. */
export interface FlowSessionHashes {
  readonly token: Buffer;
  readonly code: Buffer;
}

export abstract class FlowSessionStore {
  abstract insert(session: FlowSession, hashes: FlowSessionHashes): Promise<void>;
  /** Ends the company's open sessions and unused codes; answers how many there were. */
  abstract expireAll(companyId: string, now: Instant): Promise<number>;
  /** Lets the token live until then, unless it has ended meanwhile. */
  abstract prolong(sessionId: string, expiresAt: Instant): Promise<void>;
  /**
   * Uses the code up and puts another token in the place of the session's: true for exactly one of any number of
   * callers at once, and for none when the session was ended.
   */
  abstract redeem(sessionId: string, redemption: FlowRedemption): Promise<boolean>;
}

export interface FlowRedemption {
  /** SHA-256 of the new token. */
  readonly token: Buffer;
  readonly at: Instant;
  readonly expiresAt: Instant;
  readonly lastPossibleAt: Instant;
}

/** A session as it is found by a secret, before the client is known. */
export interface FoundFlowSession {
  readonly clientId: string;
  readonly session: FlowSession;
  readonly codeHash: Buffer;
  readonly codeUsedAt?: Instant;
  readonly revokedAt?: Instant;
}

/** All clients' sessions, for the guard and the hosted page. */
export abstract class FlowSessionDirectory {
  /** By the SHA-256 of the whole token. */
  abstract findByToken(hash: Buffer): Promise<FoundFlowSession | undefined>;
  abstract find(sessionId: string): Promise<FoundFlowSession | undefined>;
}
