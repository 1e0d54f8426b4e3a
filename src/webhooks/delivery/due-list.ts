import { SECOND } from '../../domain/time/instant.js';
import type { RunningTime } from '../../platform/running-time.js';
import type { DeliveryJob } from '../../ports/job-queue.js';
import type { ClientStores } from '../../ports/stores.js';
import type { DueDeliveries, DueDelivery, WebhookEndpoint } from '../../ports/webhooks.js';
import type { DeliveryDatabase } from './delivery-database.js';

/** Most deliveries that are loaded and not yet recorded. */
const IN_HAND = 200;
/** So few that are loaded and not yet sent that more are loaded meanwhile. */
const LOW = 50;

/** What is due to one endpoint, as far as it has been loaded, and the endpoint as it was then. */
export class DueList {
  /** Undefined where it is gone. */
  endpoint: WebhookEndpoint | undefined;
  private readonly waiting: DueDelivery[] = [];
  /** Ids of messages that were loaded and not yet recorded: in the database they are still due. */
  private readonly inHand = new Set<string>();
  private mayBeMore = false;

  constructor(
    private readonly database: DeliveryDatabase,
    private readonly job: DeliveryJob,
    private readonly time: RunningTime,
  ) {}

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /** Whether more should be loaded before what there is has been sent. */
  get isLow(): boolean {
    return this.mayBeMore && this.waiting.length < LOW;
  }

  next(): DueDelivery | undefined {
    return this.waiting.shift();
  }

  recorded(messageId: string): void {
    this.inHand.delete(messageId);
  }

  /** Jobs that wait ask for what is done now. They go first, so that what they announced is seen. */
  begin(): Promise<void> {
    return this.inTransaction(async (stores) => {
      await stores.jobs.dropWaitingDeliveries(this.job.endpointId);
      this.keep(await this.read(stores));
    });
  }

  load(): Promise<void> {
    return this.inTransaction(async (stores) => this.keep(await this.read(stores)));
  }

  /**
   * Loads what is due by now; where that is nothing, or the turn is over, enqueues the next turn. What was loaded and
   * not sent is still due.
   */
  finish(isOver: boolean): Promise<void> {
    return this.inTransaction(async (stores) => {
      if (isOver) this.waiting.length = 0;
      else this.keep(await this.read(stores));
      if (!this.isEmpty) return;
      const at = await stores.webhookDeliveries.nextAttemptAt(this.job.endpointId);
      if (at === undefined) return;
      const delay = Math.max(0, (at - this.time.now()) / SECOND);
      await stores.jobs.enqueueDeliveries([this.job], delay);
    });
  }

  /** Nobody else has the endpoint in hand, so that a transaction that is run again loads the same. */
  private inTransaction(work: (stores: ClientStores) => Promise<void>): Promise<void> {
    return this.database.asClient(this.job.clientId, work);
  }

  private async read({ webhookDeliveries }: ClientStores): Promise<DueDeliveries | undefined> {
    const limit = IN_HAND - this.inHand.size;
    const request = { now: this.time.now(), limit, except: [...this.inHand] };
    const due = await webhookDeliveries.due(this.job.endpointId, request);
    this.mayBeMore = limit > 0 && due?.deliveries.length === limit;
    if (!due?.endpoint.disabledReason) return due;
    await webhookDeliveries.failPending(this.job.endpointId);
    return { ...due, deliveries: [] };
  }

  private keep(due: DueDeliveries | undefined): void {
    this.endpoint = due?.endpoint;
    for (const delivery of due?.deliveries ?? []) {
      if (this.inHand.has(delivery.messageId)) continue;
      this.inHand.add(delivery.messageId);
      this.waiting.push(delivery);
    }
  }
}
