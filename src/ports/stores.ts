import type { FlowSessionStore } from './flow-sessions.js';
import type { IdempotencyStore } from './idempotency.js';
import type { JobStore } from './job-queue.js';
import type { RateLimitStore } from './rate-limits.js';
import type { RecordStore } from './records.js';
import type { DispatchStore } from './dispatch.js';
import type { RunStore } from './runs.js';
import type { SettlementStore } from './settlements.js';
import type { PeriodStore, SyncStore } from './syncs.js';
import type { ApiKeyStore, ClientStore, CompanyStore, ConnectionStore, OperatorClientStore } from './tenancy.js';
import type { MessageOutbox, WebhookDeliveryStore, WebhookEndpointStore, WebhookMessageStore } from './webhooks.js';

/** One client's rows. */
export interface ClientStores {
  readonly client: ClientStore;
  readonly companies: CompanyStore;
  readonly connections: ConnectionStore;
  readonly syncs: SyncStore;
  readonly periods: PeriodStore;
  readonly runs: RunStore;
  readonly records: RecordStore;
  readonly webhookEndpoints: WebhookEndpointStore;
  readonly webhookMessages: WebhookMessageStore;
  readonly webhookDeliveries: WebhookDeliveryStore;
  readonly flowSessions: FlowSessionStore;
  readonly idempotency: IdempotencyStore;
  readonly jobs: JobStore;
}

/** What a tick and a settlement need, over all clients. */
export interface DispatcherStores {
  readonly dispatch: DispatchStore;
  readonly settlements: SettlementStore;
  readonly outbox: MessageOutbox;
  readonly jobs: JobStore;
}

/** Clients and their keys. */
export interface OperatorStores {
  readonly clients: OperatorClientStore;
  readonly idempotency: IdempotencyStore;
  readonly rateLimits: RateLimitStore;
  readonly apiKeys: ApiKeyStore;
}
