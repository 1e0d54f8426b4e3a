import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { JobHandedBack } from '../../domain/run/job-handed-back.js';
import { RunningTime } from '../../platform/running-time.js';
import { Clock } from '../../ports/clock.js';
import { JobQueue, type ClaimedJob, type DeliveryJob } from '../../ports/job-queue.js';
import { AttemptLog } from './attempt-log.js';
import { DeliveryDatabase } from './delivery-database.js';
import { DeliveryPolicy } from './delivery-policy.js';
import { DueList } from './due-list.js';
import { EndpointTurn } from './endpoint-turn.js';
import { MessageSender } from './message-sender.js';

/**
 * Takes delivery jobs, each a turn of one endpoint. A process that dies after a POST leaves the endpoint to another,
 * which sends what was not recorded again under the same id: at least once.
 */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();

  constructor(
    private readonly queue: JobQueue,
    private readonly database: DeliveryDatabase,
    private readonly clock: Clock,
    private readonly sender: MessageSender,
    private readonly log: AttemptLog,
    private readonly policy: DeliveryPolicy,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.queue.work('deliveries', { concurrency: this.policy.concurrency }, (job) => this.deliver(job));
  }

  /** What is under way is given up and goes back to the queue. */
  beforeApplicationShutdown(): void {
    this.stopping.abort(new JobHandedBack());
  }

  private async deliver({ data, signal }: ClaimedJob<DeliveryJob>): Promise<void> {
    this.stopping.signal.throwIfAborted();
    const { clientId } = data;
    const { sender, log, policy } = this;
    const time = new RunningTime(await this.clock.now());
    const due = new DueList(this.database, data, time);
    const stop = AbortSignal.any([signal, this.stopping.signal]);
    await new EndpointTurn({ clientId, due, sender, log, policy, time, signal: stop }).take();
  }
}
