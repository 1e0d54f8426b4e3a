import { EntitySchema } from 'typeorm';
import type { FlowScope, FlowSession, FlowView } from '../../ports/flow-sessions.js';

export interface FlowSessionRow {
  readonly clientId: string;
  readonly id: string;
  readonly companyId: string;
  readonly connectionId: string | null;
  readonly syncId: string | null;
  readonly tokenHash: Buffer;
  readonly codeHash: Buffer;
  readonly view: FlowView;
  readonly scopes: readonly FlowScope[];
  readonly allowedOrigins: readonly string[];
  readonly locale: string | null;
  readonly timeZone: string | null;
  readonly readOnly: boolean;
  readonly features: Readonly<Record<string, boolean>>;
  readonly redirectUrl: string | null;
  readonly actor: FlowSession['actor'] | null;
  readonly merchantName: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly lastPossibleAt: Date;
  readonly ttlSeconds: number;
}

/** Without code_used_at and revoked_at, which statements of their own set. */
export const flowSessionTable = new EntitySchema<FlowSessionRow>({
  name: 'flow_session',
  columns: {
    clientId: { name: 'client_id', type: 'text', primary: true },
    id: { type: 'text', primary: true },
    companyId: { name: 'company_id', type: 'text' },
    connectionId: { name: 'connection_id', type: 'text', nullable: true },
    syncId: { name: 'sync_id', type: 'text', nullable: true },
    tokenHash: { name: 'token_hash', type: 'bytea', select: false },
    codeHash: { name: 'code_hash', type: 'bytea', select: false },
    view: { type: 'text' },
    scopes: { type: 'text', array: true },
    allowedOrigins: { name: 'allowed_origins', type: 'text', array: true },
    locale: { type: 'text', nullable: true },
    timeZone: { name: 'time_zone', type: 'text', nullable: true },
    readOnly: { name: 'read_only', type: 'boolean' },
    features: { type: 'jsonb' },
    redirectUrl: { name: 'redirect_url', type: 'text', nullable: true },
    actor: { type: 'jsonb', nullable: true },
    merchantName: { name: 'merchant_name', type: 'text', nullable: true },
    createdAt: { name: 'created_at', type: 'timestamptz' },
    expiresAt: { name: 'expires_at', type: 'timestamptz' },
    lastPossibleAt: { name: 'last_possible_at', type: 'timestamptz' },
    ttlSeconds: { name: 'ttl_seconds', type: 'integer' },
  },
});
