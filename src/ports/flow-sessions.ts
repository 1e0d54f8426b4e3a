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
  readonly actor?: { readonly id: string; readonly name?: string };
  /** The name to show; the company's when absent. */
  readonly merchantName?: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  /** However much the page is used, the token does not outlive this. */
  readonly lastPossibleAt: Instant;
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
}
