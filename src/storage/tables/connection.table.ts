import { EntitySchema } from 'typeorm';
import type { ConnectionState } from '../../ports/tenancy.js';

export interface ConnectionRow {
  readonly clientId: string;
  readonly id: string;
  readonly companyId: string;
  readonly platform: string;
  readonly name: string;
  readonly externalId: string | null;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly credentials: Buffer | null;
  readonly credentialsKeyId: string | null;
  readonly maxConcurrentRuns: number | null;
  readonly sourceHost: string | null;
  readonly state: ConnectionState;
  readonly stateReason: string | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Without last_sequence, which belongs to the change feed. */
export const connectionTable = new EntitySchema<ConnectionRow>({
  name: 'connection',
  columns: {
    clientId: { name: 'client_id', type: 'text', primary: true },
    id: { type: 'text', primary: true },
    companyId: { name: 'company_id', type: 'text' },
    platform: { type: 'text' },
    name: { type: 'text' },
    externalId: { name: 'external_id', type: 'text', nullable: true },
    settings: { type: 'json' },
    credentials: { type: 'bytea', nullable: true },
    credentialsKeyId: { name: 'credentials_key_id', type: 'text', nullable: true },
    maxConcurrentRuns: { name: 'max_concurrent_runs', type: 'integer', nullable: true },
    sourceHost: { name: 'source_host', type: 'text', nullable: true },
    state: { type: 'text' },
    stateReason: { name: 'state_reason', type: 'text', nullable: true },
    version: { type: 'integer' },
    createdAt: { name: 'created_at', type: 'timestamptz' },
    updatedAt: { name: 'updated_at', type: 'timestamptz' },
  },
});
