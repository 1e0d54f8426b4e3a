import { SECOND, type Instant } from '../../domain/time/instant.js';
import type { RunningTime } from '../../platform/running-time.js';
import type { DeliveryJob } from '../../ports/job-queue.js';
import type { ClientStores } from '../../ports/stores.js';
import type { DueDelivery, WebhookEndpoint } from '../../ports/webhooks.js';
import type { DeliveryDatabase } from './delivery-database.js';

/** Most deliveries that are loaded and not yet recorded; fewer of an endpoint that fails, which gets one at a time. */
const IN_HAND = 200;
const IN_HAND_WHILE_FAILING = 8;
/** So small a part of them is loaded and not yet sent that more are loaded meanwhile. */
const LOW = 1 / 4;
/** Milliseconds after which a look at the endpoint is old: somebody may have changed or disabled it. */
const OLD = 2 * SECOND;

interface Loaded {
  readonly endpoint: WebhookEndpoint | undefined;
  readonly deliveries: readonly DueDelivery[];
}

/** What is due to one endpoint, as far as it has been loaded, and the endpoint as it was then. */
export class DueList {
  /** Undefined where it is gone. */
  endpoint: WebhookEndpoint | undefined;
  private readonly waiting: DueDelivery[] = [];
  /** Ids of messages that were loaded and not yet recorded: in the database they are still due. */
  private readonly inHand = new Set<string>();
  private mayBeMore = false;
  private readAt: Instant | undefined;

  constructor(
    private readonly database: DeliveryDatabase,
    private readonly job: DeliveryJob,
    private readonly time: RunningTime,
  ) {}

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /** Whether more should be loaded, or the endpoint looked at again, before what there is has been sent. */
  get isToBeLoaded(): boolean {
    const isLow = this.mayBeMore && this.waiting.length < this.most * LOW;
    return isLow || (this.readAt !== undefined && this.time.now() - this.readAt > OLD);
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

  /** Most deliveries in hand. */
  private get most(): number {
    return this.endpoint?.failingSince === undefined ? IN_HAND : IN_HAND_WHILE_FAILING;
  }

  private async read({ webhookEndpoints, webhookDeliveries }: ClientStores): Promise<Loaded> {
    const { endpointId } = this.job;
    const now = this.time.now();
    this.readAt = now;
    this.endpoint = await webhookEndpoints.find(endpointId);
    this.mayBeMore = false;
    if (this.endpoint?.disabledReason) await webhookDeliveries.failPending(endpointId);
    const limit = this.isClosed(now) ? 0 : Math.max(0, this.most - this.inHand.size);
    if (limit === 0) return { endpoint: this.endpoint, deliveries: [] };
    const deliveries = await webhookDeliveries.due(endpointId, { now, limit, except: [...this.inHand] });
    this.mayBeMore = deliveries.length === limit;
    return { endpoint: this.endpoint, deliveries };
  }

  /** Gone, disabled, or asks to be left alone. */
  private isClosed(now: Instant): boolean {
    const { disabledReason, pausedUntil } = this.endpoint ?? { disabledReason: 'deleted' };
    return disabledReason !== undefined || (pausedUntil !== undefined && pausedUntil > now);
  }

  private keep({ endpoint, deliveries }: Loaded): void {
    this.endpoint = endpoint;
    for (const delivery of deliveries) {
      if (this.inHand.has(delivery.messageId)) continue;
      this.inHand.add(delivery.messageId);
      this.waiting.push(delivery);
    }
  }
}
