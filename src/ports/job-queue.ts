/** A run to be executed by a worker. */
export interface RunJob {
  readonly clientId: string;
  readonly runId: string;
}

/** An endpoint has deliveries due, how many and which its rows tell: whoever takes the job sends them. */
export interface DeliveryJob {
  readonly clientId: string;
  readonly endpointId: string;
}

export interface JobsByQueue {
  readonly run: RunJob;
  /** Runs that one worker after another was lost over. */
  readonly 'lost-run': RunJob;
  /** One endpoint is in one hand at a time. */
  readonly deliveries: DeliveryJob;
}

export type QueueName = keyof JobsByQueue;

export interface WorkOptions {
  /** Jobs this process executes at the same time. */
  readonly concurrency: number;
}

/** A job in the hands of this process. `signal` aborts when the process loses the job or stops. */
export interface ClaimedJob<T> {
  readonly id: string;
  readonly data: T;
  readonly signal: AbortSignal;
}

/** Durable jobs on PostgreSQL. A handler that throws, or a process that dies, leaves its job to another. */
export abstract class JobQueue {
  abstract work<Q extends QueueName>(
    queue: Q,
    options: WorkOptions,
    handler: (job: ClaimedJob<JobsByQueue[Q]>) => Promise<void>,
  ): Promise<void>;
  /** Takes no new jobs and waits for those in hand, at most `timeout` milliseconds. */
  abstract drain(timeout: number): Promise<void>;
}

/** Enqueues in the transaction it was handed out by: the job exists if and only if the rows do. */
export abstract class JobStore {
  /** Only admission does, or limits would be passed. */
  abstract enqueueRuns(jobs: readonly RunJob[]): Promise<void>;
  /** `delay` in seconds from now. */
  abstract enqueueDeliveries(jobs: readonly DeliveryJob[], delay?: number): Promise<void>;
  /** Takes back the jobs of an endpoint that wait: whoever has it in hand does what they ask for. */
  abstract dropWaitingDeliveries(endpointId: string): Promise<void>;
}
