import type { Job, PgBoss } from 'pg-boss';
import { Bell } from '../platform/bell.js';
import { isUnavailable } from './database-errors.js';
import type { ClaimedJob, JobsByQueue, QueueName } from '../ports/job-queue.js';

export interface PumpOptions {
  readonly boss: PgBoss;
  /** Jobs in hand at the same time. */
  readonly concurrency: number;
  /** Below half of the queue's heartbeat, so that one that is lost does not matter. */
  readonly heartbeatSeconds: number;
  /** Most jobs taken with one look. */
  readonly batch: number;
  /** How long an idle pump waits before it looks again, in milliseconds; asked each time. */
  readonly poll: () => number;
  readonly onError: (error: Error) => unknown;
}

interface InHand<Q extends QueueName> {
  readonly job: Job<JobsByQueue[Q]>;
  readonly claim: AbortController;
}

/**
 * Many jobs in hand with one poll. pg-boss's own workers each poll for themselves and take the next batch when the
 * slowest job of the last is done: fine for a few, but jobs that mostly wait, hundreds at a time, would keep one
 * another waiting. It fetches, keeps alive, completes and fails through pg-boss, whose promises hold unchanged.
 */
export class JobPump<Q extends QueueName> {
  private readonly inHand = new Map<string, InHand<Q>>();
  private readonly done: Job<JobsByQueue[Q]>[] = [];
  private readonly failed: { readonly job: Job<JobsByQueue[Q]>; readonly error: Error }[] = [];
  private readonly bell = new Bell();
  private isStopping = false;
  private isBeating = false;
  private loop: Promise<void> = Promise.resolve();
  private heart?: NodeJS.Timeout;
  /** What writes to jobs in hand, one after the other: two such statements over the same jobs can deadlock. */
  private writing: Promise<unknown> = Promise.resolve();

  constructor(
    readonly queue: Q,
    private readonly options: PumpOptions,
    private readonly handler: (job: ClaimedJob<JobsByQueue[Q]>) => Promise<void>,
  ) {}

  start(): void {
    if (this.options.concurrency === 0) return;
    this.heart = setInterval(() => void this.beat(), this.options.heartbeatSeconds * 1000);
    this.loop = this.pump();
  }

  /** Looks at once, or once more after the look under way. */
  look(): void {
    this.bell.ring();
  }

  /** Takes nothing more and waits for what is in hand; after `timeout` milliseconds it lets go of it. */
  async stop(timeout: number): Promise<void> {
    this.isStopping = true;
    this.bell.ring();
    await this.loop;
    const patience = performance.now() + timeout;
    while (this.inHand.size > 0 && performance.now() < patience) await this.idle();
    for (const { claim } of this.inHand.values()) claim.abort(new Error('The process has stopped.'));
    clearInterval(this.heart);
    await this.settle().catch(this.options.onError);
  }

  private async pump(): Promise<void> {
    while (!this.isStopping) {
      const taken = await this.round().catch((error: unknown) => this.report(error));
      if (!taken) await this.idle();
    }
  }

  /** Settles what has ended and takes what there is room for; answers whether it took any. */
  private async round(): Promise<boolean> {
    await this.settle();
    const room = this.options.concurrency - this.inHand.size;
    if (room === 0) return false;
    const jobs = await this.options.boss.fetch<JobsByQueue[Q]>(this.queue, {
      batchSize: Math.min(room, this.options.batch),
    });
    for (const job of jobs) void this.execute(job);
    return jobs.length > 0;
  }

  private async execute(job: Job<JobsByQueue[Q]>): Promise<void> {
    const claim = new AbortController();
    // It was taken for lost and given out again, to this very process: its first turn is over.
    this.inHand.get(job.id)?.claim.abort(new Error(`Job ${job.id} was given out again.`));
    this.inHand.set(job.id, { job, claim });
    try {
      await this.handler({ id: job.id, data: job.data, signal: claim.signal });
      this.done.push(job);
    } catch (error) {
      this.report(error);
      this.failed.push({ job, error: asError(error) });
    }
    if (this.inHand.get(job.id)?.claim === claim) this.inHand.delete(job.id);
    this.bell.ring();
  }

  private settle(): Promise<void> {
    return this.alone(() => this.settleAll());
  }

  /** A job that another process has taken over in the meantime is left to it: pg-boss compares the attempt. */
  private async settleAll(): Promise<void> {
    const { boss } = this.options;
    if (this.done.length > 0) {
      const jobs = [...this.done];
      await boss.complete(this.queue, jobs);
      this.done.splice(0, jobs.length);
    }
    // Many fail at once for one reason: the process stops, the database was away.
    for (const [message, failed] of Map.groupBy([...this.failed], ({ error }) => error.message)) {
      await this.giveBack(
        failed.map(({ job }) => job),
        message,
      );
      this.failed.splice(0, this.failed.length, ...this.failed.filter((one) => !failed.includes(one)));
    }
  }

  /** What cannot be told is given out again all the same, once nobody keeps it alive. It must hold nothing else up. */
  private async giveBack(jobs: readonly Job<JobsByQueue[Q]>[], message: string): Promise<void> {
    try {
      await this.options.boss.fail(this.queue, [...jobs], { message: message.replaceAll('\0', '') });
    } catch (error) {
      if (isUnavailable(error)) throw error;
      this.report(error);
    }
  }

  /** Tells that the jobs in hand are being worked on, and lets go of those that another process has taken over. */
  private async beat(): Promise<void> {
    if (this.isBeating) return;
    this.isBeating = true;
    await this.touchAll().finally(() => {
      this.isBeating = false;
    });
  }

  private async touchAll(): Promise<void> {
    const { held, answer } = await this.alone(() => this.touch());
    if (!answer || !('settled' in answer) || !Array.isArray(answer.settled)) return;
    const alive = new Set<unknown>(answer.settled);
    for (const { job, claim } of held) {
      if (!alive.has(job.id)) claim.abort(new Error('Another process has taken the job over.'));
    }
  }

  private async touch() {
    const held = [...this.inHand.values()];
    const jobs = held.map(({ job }) => job);
    const touched = jobs.length > 0 ? this.options.boss.touch(this.queue, jobs) : undefined;
    return { held, answer: await touched?.catch((error: unknown) => this.report(error)) };
  }

  private alone<T>(write: () => Promise<T>): Promise<T> {
    const written = this.writing.then(write);
    this.writing = written.catch(() => undefined);
    return written;
  }

  /** Until jobs in hand have ended, all that end at the same moment, or a look is asked for, or due. */
  private async idle(): Promise<void> {
    if (await this.bell.wait(this.options.poll())) await new Promise((resolve) => setImmediate(resolve));
  }

  private report(error: unknown): undefined {
    this.options.onError(asError(error));
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
