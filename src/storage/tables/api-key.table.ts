import { EntitySchema } from 'typeorm';
import type { ApiKeyMode, ApiKeyScope } from '../../ports/tenancy.js';

export interface ApiKeyRow {
  readonly clientId: string;
  readonly id: string;
  readonly name: string | null;
  readonly mode: ApiKeyMode;
  readonly scopes: readonly ApiKeyScope[];
  readonly keyHash: Buffer;
  readonly keyHint: string;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly createdAt: Date;
}

export const apiKeyTable = new EntitySchema<ApiKeyRow>({
  name: 'api_key',
  columns: {
    clientId: { name: 'client_id', type: 'text', primary: true },
    id: { type: 'text', primary: true },
    name: { type: 'text', nullable: true },
    mode: { type: 'text' },
    scopes: { type: 'text', array: true },
    keyHash: { name: 'key_hash', type: 'bytea', select: false },
    keyHint: { name: 'key_hint', type: 'text' },
    expiresAt: { name: 'expires_at', type: 'timestamptz', nullable: true },
    revokedAt: { name: 'revoked_at', type: 'timestamptz', nullable: true },
    lastUsedAt: { name: 'last_used_at', type: 'timestamptz', nullable: true },
    createdAt: { name: 'created_at', type: 'timestamptz' },
  },
});
