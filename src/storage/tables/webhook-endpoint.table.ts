import { EntitySchema } from 'typeorm';
import type { DisabledReason } from '../../ports/webhooks.js';

export interface WebhookEndpointRow {
  clientId: string;
  id: string;
  url: string;
  description: string | null;
  eventTypes: readonly string[];
  companyTags: readonly string[];
  rateLimit: number | null;
  secrets: Buffer;
  secretsKeyId: string;
  disabledReason: DisabledReason | null;
  failingSince: Date | null;
  lastFailureAt: Date | null;
  lastSuccessAt: Date | null;
  pausedUntil: Date | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

export const webhookEndpointTable = new EntitySchema<WebhookEndpointRow>({
  name: 'WebhookEndpoint',
  tableName: 'webhook_endpoint',
  columns: {
    clientId: { name: 'client_id', type: 'text', primary: true },
    id: { type: 'text', primary: true },
    url: { type: 'text' },
    description: { type: 'text', nullable: true },
    eventTypes: { name: 'event_types', type: 'text', array: true },
    companyTags: { name: 'company_tags', type: 'text', array: true },
    rateLimit: { name: 'rate_limit', type: 'integer', nullable: true },
    secrets: { type: 'bytea' },
    secretsKeyId: { name: 'secrets_key_id', type: 'text' },
    disabledReason: { name: 'disabled_reason', type: 'text', nullable: true },
    failingSince: { name: 'failing_since', type: 'timestamptz', precision: 3, nullable: true },
    lastFailureAt: { name: 'last_failure_at', type: 'timestamptz', precision: 3, nullable: true },
    lastSuccessAt: { name: 'last_success_at', type: 'timestamptz', precision: 3, nullable: true },
    pausedUntil: { name: 'paused_until', type: 'timestamptz', precision: 3, nullable: true },
    version: { type: 'integer' },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3 },
    updatedAt: { name: 'updated_at', type: 'timestamptz', precision: 3 },
  },
});
