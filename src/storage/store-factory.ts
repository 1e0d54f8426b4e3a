import type { ClientStores, DispatcherStores, OperatorStores } from '../ports/stores.js';
import type { BossJobs } from './boss-jobs.js';
import type { Session } from './session.js';
import { PgAuditStore } from './stores/audit.store.js';
import { PgApiKeyStore } from './stores/api-key.store.js';
import { PgClientStore } from './stores/client.store.js';
import { PgCompanyStore } from './stores/company.store.js';
import { PgConnectionStore } from './stores/connection.store.js';
import { PgDeliveryUpkeep } from './stores/delivery-upkeep.store.js';
import { PgDispatchStore } from './stores/dispatch.store.js';
import { PgFlowSessionStore } from './stores/flow-session.store.js';
import { PgHandlerRunStore, PgOverdueRunStore } from './stores/handler-run.store.js';
import { PgIdempotencyStore } from './stores/idempotency.store.js';
import { PgMessageOutbox } from './stores/message-outbox.js';
import { PgOperatorClientStore } from './stores/operator-client.store.js';
import { PgPendingChangeStore } from './stores/pending-change.store.js';
import { PgPeriodStore } from './stores/period.store.js';
import { PgRateLimitStore } from './stores/rate-limit.store.js';
import { PgRecordStore } from './stores/record.store.js';
import { PgRunLogFeed, PgRunLogStore } from './stores/run-log.store.js';
import { PgRunStore } from './stores/run.store.js';
import { PgSettlementStore } from './stores/settlement.store.js';
import { PgSyncStore } from './stores/sync.store.js';
import { PgVariableStore } from './stores/variable.store.js';
import { PgWebhookDeliveryStore } from './stores/webhook-delivery.store.js';
import { PgWebhookEndpointStore } from './stores/webhook-endpoint.store.js';
import { PgWebhookMessageStore } from './stores/webhook-message.store.js';

/** Binds stores to a transaction. The only place that knows which class serves which port. */
export class StoreFactory {
  constructor(private readonly jobs: BossJobs) {}

  forClient(session: Session): ClientStores {
    return {
      client: new PgClientStore(session),
      companies: new PgCompanyStore(session),
      connections: new PgConnectionStore(session),
      variables: new PgVariableStore(session),
      syncs: new PgSyncStore(session),
      periods: new PgPeriodStore(session),
      runs: new PgRunStore(session),
      handlerRuns: new PgHandlerRunStore(session),
      runLogs: new PgRunLogStore(session),
      records: new PgRecordStore(session),
      pendingChanges: new PgPendingChangeStore(session),
      audits: new PgAuditStore(session),
      webhookEndpoints: new PgWebhookEndpointStore(session),
      webhookMessages: new PgWebhookMessageStore(session),
      webhookDeliveries: new PgWebhookDeliveryStore(session),
      outbox: new PgMessageOutbox(session),
      flowSessions: new PgFlowSessionStore(session),
      idempotency: new PgIdempotencyStore(session),
      jobs: this.jobs.storeFor(session),
    };
  }

  forDispatcher(session: Session): DispatcherStores {
    return {
      dispatch: new PgDispatchStore(session),
      settlements: new PgSettlementStore(session),
      overdueRuns: new PgOverdueRunStore(session),
      runLogs: new PgRunLogFeed(session),
      outbox: new PgMessageOutbox(session),
      deliveryUpkeep: new PgDeliveryUpkeep(session),
      jobs: this.jobs.storeFor(session),
    };
  }

  forOperator(session: Session): OperatorStores {
    return {
      clients: new PgOperatorClientStore(session),
      idempotency: new PgIdempotencyStore(session),
      rateLimits: new PgRateLimitStore(session),
      apiKeys: new PgApiKeyStore(session),
    };
  }
}
