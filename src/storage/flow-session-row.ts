import type { FlowSession, FoundFlowSession } from '../ports/flow-sessions.js';
import { orUndefined, toInstant, toInstantOrUndefined } from './columns.js';

export interface FoundSessionRow {
  readonly client_id: string;
  readonly id: string;
  readonly company_id: string;
  readonly connection_id: string | null;
  readonly sync_id: string | null;
  readonly code_hash: Buffer;
  readonly code_used_at: Date | null;
  readonly view: FlowSession['view'];
  readonly scopes: FlowSession['scopes'];
  readonly allowed_origins: readonly string[];
  readonly locale: string | null;
  readonly time_zone: string | null;
  readonly read_only: boolean;
  readonly features: FlowSession['features'];
  readonly redirect_url: string | null;
  readonly actor: FlowSession['actor'] | null;
  readonly merchant_name: string | null;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly last_possible_at: Date;
  readonly ttl_seconds: number;
  readonly revoked_at: Date | null;
}

export const toFoundSession = (row: FoundSessionRow): FoundFlowSession => ({
  clientId: row.client_id,
  session: toSession(row),
  codeHash: row.code_hash,
  codeUsedAt: toInstantOrUndefined(row.code_used_at),
  revokedAt: toInstantOrUndefined(row.revoked_at),
});

const toSession = (row: FoundSessionRow): FlowSession => ({
  id: row.id,
  companyId: row.company_id,
  connectionId: orUndefined(row.connection_id),
  syncId: orUndefined(row.sync_id),
  view: row.view,
  scopes: row.scopes,
  allowedOrigins: row.allowed_origins,
  locale: orUndefined(row.locale),
  timeZone: orUndefined(row.time_zone),
  readOnly: row.read_only,
  features: row.features,
  redirectUrl: orUndefined(row.redirect_url),
  actor: orUndefined(row.actor),
  merchantName: orUndefined(row.merchant_name),
  createdAt: toInstant(row.created_at),
  expiresAt: toInstant(row.expires_at),
  lastPossibleAt: toInstant(row.last_possible_at),
  ttlSeconds: row.ttl_seconds,
});
