import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { SECOND, plus, type Instant } from '../domain/time/instant.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import { JobQueue, type ClaimedJob, type DeliveryJob } from '../ports/job-queue.js';
import type { ClientStores } from '../ports/stores.js';
import type { DeliveryAttempt, DueDelivery } from '../ports/webhooks.js';
import { DeliveryPolicy } from './delivery-policy.js';
import { MessageSender, type SentMessage } from './message-sender.js';
import { verdictOn, type Verdict } from './verdict.js';

/**
 * Takes delivery jobs: load, send, record. The attempt, what it does to the delivery and the job of the next attempt
 * are one transaction. A process that dies after the POST leaves its job to another, which sends the same message
 * under the same id again: at least once.
 */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('deliver');
  private readonly stopping = new AbortController();

  constructor(
    private readonly queue: JobQueue,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly sender: MessageSender,
    private readonly policy: DeliveryPolicy,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.queue.work('delivery', { concurrency: this.policy.concurrency }, (job) => this.deliver(job));
  }

  /** What is under way is given up and goes back to the queue. */
  beforeApplicationShutdown(): void {
    this.stopping.abort(new Error('The worker is stopping.'));
  }

  /** One attempt. Throws only when the job must be taken up again: the process stops, the database is away. */
  private async deliver({ data, signal }: ClaimedJob<DeliveryJob>): Promise<void> {
    const { clientId, messageId } = data;
    const due = await this.database.asClient(clientId, ({ webhookDeliveries }) => webhookDeliveries.findDue(data));
    // Recorded by another process, settled or deleted in the meantime: the job has nothing left to do.
    if (!due) return;
    if (due.endpoint.disabledReason) return this.giveUp(data);
    const sentAt = await this.clock.now();
    const stop = AbortSignal.any([signal, this.stopping.signal]);
    const sent = await this.sender.send({ clientId, messageId, due, sentAt, signal: stop });
    await this.record({ job: data, due, sent, sentAt });
  }

  private async giveUp(job: DeliveryJob): Promise<void> {
    await this.database.asClient(job.clientId, ({ webhookDeliveries }) => webhookDeliveries.fail(job));
    this.logger.log(`${job.messageId} is not sent: the endpoint ${job.endpointId} is disabled.`);
  }

  private async record({ job, due, sent, sentAt }: Attempted): Promise<void> {
    const { clientId, messageId, endpointId, attempt } = job;
    const now = plus(sentAt, sent.duration);
    const verdict = verdictOn(sent.answer, now, this.policy.nextAttemptAt(attempt, now));
    const row: DeliveryAttempt = {
      endpointId,
      attempt,
      attemptedAt: sentAt,
      url: due.endpoint.url,
      requestHeaders: sent.requestHeaders,
      duration: sent.duration,
      ...(sent.answer.kind === 'answered' && { statusCode: sent.answer.statusCode, responseBody: sent.answer.body }),
      failureCode: verdict.failureCode,
      nextAttemptAt: verdict.nextAttemptAt,
    };
    await this.database.asClient(clientId, async (stores) => {
      // First of all locks, as in every other transaction that disables an endpoint.
      const disables = verdict.disables !== undefined && (await isEnabled(stores, endpointId));
      const recorded = await stores.webhookDeliveries.record(messageId, row, verdict.state);
      if (!recorded) return;
      if (disables) await stores.webhookEndpoints.update(endpointId, { disabledReason: verdict.disables }, now);
      await enqueueNext(stores, job, verdict, now);
    });
    if (verdict.failureCode) this.logger.warn(failureLine(job, verdict));
  }
}

interface Attempted {
  readonly job: DeliveryJob;
  readonly due: DueDelivery;
  readonly sent: SentMessage;
  readonly sentAt: Instant;
}

async function isEnabled({ webhookEndpoints }: ClientStores, endpointId: string): Promise<boolean> {
  const endpoint = await webhookEndpoints.lock(endpointId);
  return endpoint !== undefined && endpoint.disabledReason === undefined;
}

async function enqueueNext(
  { jobs }: ClientStores,
  job: DeliveryJob,
  { nextAttemptAt }: Verdict,
  now: Instant,
): Promise<void> {
  if (nextAttemptAt === undefined) return;
  const delay = Math.ceil((nextAttemptAt - now) / SECOND);
  await jobs.enqueueDeliveries([{ ...job, attempt: job.attempt + 1 }], delay);
}

function failureLine({ messageId, endpointId, attempt }: DeliveryJob, { failureCode, state }: Verdict): string {
  const end = state === 'pending' ? '' : ', the last';
  return `${messageId} to ${endpointId}: attempt ${attempt}${end}: ${failureCode}`;
}
