import type { AdmissionStore } from './admission.js';
import type { AuditStore } from './audits.js';
import type { GaugeStore } from './gauges.js';
import type { FlowHistoryStore } from './flow-history.js';
import type { FlowSessionDirectory, FlowSessionStore } from './flow-sessions.js';
import type { FlowTextStore } from './flow-texts.js';
import type { HandlerRunStore, OverdueRunStore } from './handler-runs.js';
import type { IdempotencyStore } from './idempotency.js';
import type { JobStore } from './job-queue.js';
import type { LoadStore } from './load.js';
import type { RateLimitStore } from './rate-limits.js';
import type { PendingChangeStore, RecordStore } from './records.js';
import type { DueDateChangeStore, DueDateStore } from './due-dates.js';
import type { DispatchStore } from './dispatch.js';
import type { RunLogFeed, RunLogStore } from './run-log.js';
import type { RunConnectionStore, RunStartStore } from './run-starts.js';
import type { RunStore } from './runs.js';
import type { SettlementStore } from './settlements.js';
import type { StalledStore } from './stalled.js';
import type { SyncEditStore } from './sync-edits.js';
import type { PeriodStore, SyncStore } from './syncs.js';
import type { ApiKeyStore, ClientStore, CompanyStore, ConnectionStore, OperatorClientStore } from './tenancy.js';
import type { VariableStore } from './variables.js';
import type {
  DeliveryUpkeep,
  MessageOutbox,
  WebhookDeliveryStore,
  WebhookEndpointStore,
  WebhookMessageStore,
} from './webhooks.js';

/** One client's rows. */
export interface ClientStores {
  readonly client: ClientStore;
  readonly companies: CompanyStore;
  readonly connections: ConnectionStore;
  readonly variables: VariableStore;
  readonly syncs: SyncStore;
  readonly periods: PeriodStore;
  readonly dueDateChanges: DueDateChangeStore;
  readonly runs: RunStore;
  readonly handlerRuns: HandlerRunStore;
  readonly runLogs: RunLogStore;
  readonly records: RecordStore;
  readonly pendingChanges: PendingChangeStore;
  readonly audits: AuditStore;
  readonly webhookEndpoints: WebhookEndpointStore;
  readonly webhookMessages: WebhookMessageStore;
  readonly webhookDeliveries: WebhookDeliveryStore;
  readonly outbox: MessageOutbox;
  readonly flowSessions: FlowSessionStore;
  readonly flowTexts: FlowTextStore;
  readonly flowHistory: FlowHistoryStore;
  readonly syncEdits: SyncEditStore;
  readonly idempotency: IdempotencyStore;
  readonly jobs: JobStore;
}

/** What each of many clients may see of itself, asked for at once. */
export interface ClientsStores {
  readonly runConnections: RunConnectionStore;
}

/** What a tick and a settlement need, over all clients. */
export interface DispatcherStores {
  readonly dispatch: DispatchStore;
  readonly admission: AdmissionStore;
  readonly dueDates: DueDateStore;
  readonly stalled: StalledStore;
  readonly gauges: GaugeStore;
  readonly runStarts: RunStartStore;
  readonly settlements: SettlementStore;
  readonly overdueRuns: OverdueRunStore;
  readonly runLogs: RunLogFeed;
  readonly outbox: MessageOutbox;
  readonly deliveryUpkeep: DeliveryUpkeep;
  readonly jobs: JobStore;
}

/** Clients and their keys. */
export interface OperatorStores {
  readonly clients: OperatorClientStore;
  readonly idempotency: IdempotencyStore;
  readonly rateLimits: RateLimitStore;
  readonly apiKeys: ApiKeyStore;
  readonly load: LoadStore;
  readonly flowSessions: FlowSessionDirectory;
}
