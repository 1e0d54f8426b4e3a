import type { ClientsStores, ClientStores, DispatcherStores, OperatorStores } from '../ports/stores.js';
import type { BossJobs } from './boss-jobs.js';
import type { Session } from './session.js';
import { PgAdmissionStore } from './stores/admission.store.js';
import { PgAuditStore } from './stores/audit.store.js';
import { PgApiKeyStore } from './stores/api-key.store.js';
import { PgClientStore } from './stores/client.store.js';
import { PgCompanyStore } from './stores/company.store.js';
import { PgConnectionStore } from './stores/connection.store.js';
import { PgDeliveryUpkeep } from './stores/delivery-upkeep.store.js';
import { PgDispatchStore } from './stores/dispatch.store.js';
import { PgDueDateChangeStore } from './stores/due-date-change.store.js';
import { PgDueDateStore } from './stores/due-date.store.js';
import { PgGaugeStore } from './stores/gauge.store.js';
import { PgFlowHistoryStore } from './stores/flow-history.store.js';
import { PgFlowSessionDirectory } from './stores/flow-session-directory.js';
import { PgFlowSessionStore } from './stores/flow-session.store.js';
import { PgFlowTextStore } from './stores/flow-text.store.js';
import { PgSyncEditStore } from './stores/sync-edit.store.js';
import { PgHandlerRunStore, PgOverdueRunStore } from './stores/handler-run.store.js';
import { PgIdempotencyStore } from './stores/idempotency.store.js';
import { PgLoadStore } from './stores/load.store.js';
import { PgMessageOutbox } from './stores/message-outbox.js';
import { PgOperatorClientStore } from './stores/operator-client.store.js';
import { PgPendingChangeStore } from './stores/pending-change.store.js';
import { PgPeriodStore } from './stores/period.store.js';
import { PgRateLimitStore } from './stores/rate-limit.store.js';
import { PgRecordStore } from './stores/record.store.js';
import { PgRunLogFeed, PgRunLogStore } from './stores/run-log.store.js';
import { PgRunConnectionStore, PgRunStartStore } from './stores/run-start.store.js';
import { PgRunStore } from './stores/run.store.js';
import { PgSettlementStore } from './stores/settlement.store.js';
import { PgStalledStore } from './stores/stalled.store.js';
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
      dueDateChanges: new PgDueDateChangeStore(session),
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
      flowTexts: new PgFlowTextStore(session),
      flowHistory: new PgFlowHistoryStore(session),
      syncEdits: new PgSyncEditStore(session),
      idempotency: new PgIdempotencyStore(session),
      jobs: this.jobs.storeFor(session),
    };
  }

  forEachClient(session: Session): ClientsStores {
    return { runConnections: new PgRunConnectionStore(session) };
  }

  forDispatcher(session: Session): DispatcherStores {
    return {
      dispatch: new PgDispatchStore(session),
      admission: new PgAdmissionStore(session),
      dueDates: new PgDueDateStore(session),
      gauges: new PgGaugeStore(session),
      stalled: new PgStalledStore(session),
      runStarts: new PgRunStartStore(session),
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
      load: new PgLoadStore(session),
      flowSessions: new PgFlowSessionDirectory(session),
    };
  }
}
