import { PgBoss } from 'pg-boss';
import type { BackendProfile, Db, Queue } from 'pg-boss';
import {
  JobQueue,
  JobStore,
  type ClaimedJob,
  type DeliveryJob,
  type JobsByQueue,
  type QueueName,
  type RunJob,
  type WorkOptions,
} from '../ports/job-queue.js';
import { JobHandedBack } from '../domain/run/job-handed-back.js';
import { isUnavailable } from './database-errors.js';
import { JobNotices, tellOfJobs } from './job-notices.js';
import { JobPump } from './job-pump.js';
import type { Session } from './session.js';
import { dropWaitingDeliveries } from './sql/drop-waiting-deliveries.js';

export interface BossOptions {
  readonly url: string;
  readonly backend: BackendProfile;
  /** Whether this process executes jobs, and looks after lost and old ones. */
  readonly worker: boolean;
  readonly onError: (error: Error) => void;
}

/**
 * A run whose worker is killed is found dead after at most heartbeat + monitor + poll:
 * 15 s + 5 s + 2 s, inside the promise of 35 s. pg-boss accepts no heartbeat below 10 s.
 */
const HEARTBEAT_SECONDS = 15;
const MONITOR_SECONDS = 5;
/**
 * A job that waits is never given up: its run or delivery says that it waits, and would do so for ever. pg-boss
 * would, after 14 days, delete what a service that is switched off for longer was about to take up again.
 */
const KEPT_WAITING_SECONDS = 10 * 365 * 24 * 3600;
/** An endpoint's job is never given up: a failed one would hold back the endpoint's next. */
const NEVER_GIVEN_UP = 1_000_000;

interface Looks {
  readonly batch: number;
  /** Milliseconds between looks of somebody idle. */
  readonly poll: number;
  /** Where it is told of jobs; absent: nobody tells of this queue. */
  readonly pollWhenTold?: number;
}

/**
 * How queues are looked at. A turn of an endpoint lasts, and others are to get some; runs are taken together, and told
 * of. Deliveries are not: notifications make transactions commit one after the other, which the dispatcher that admits
 * does anyway, and settlements do not.
 */
const LOOKS: Readonly<Record<QueueName, Looks>> = {
  deliveries: { batch: 32, poll: 200 },
  run: { batch: 500, poll: 200, pollWhenTold: 1_000 },
  'lost-run': { batch: 32, poll: 2_000 },
};

type Pump = Pick<JobPump<QueueName>, 'queue' | 'look' | 'stop'>;

/** Runs and deliveries as pg-boss jobs: its retries, heartbeats and notifications, none of our own. */
export class BossJobs extends JobQueue {
  private readonly boss: PgBoss;
  private readonly onError: (error: Error) => unknown;
  private readonly notices = new JobNotices();
  private readonly pumps: Pump[] = [];

  constructor(private readonly options: BossOptions) {
    super();
    this.boss = new PgBoss({
      connectionString: options.url,
      application_name: 'meridian-jobs',
      backend: options.backend,
      schedule: false,
      supervise: options.worker,
      superviseIntervalSeconds: MONITOR_SECONDS,
      monitorIntervalSeconds: MONITOR_SECONDS,
      max: 10,
    });
    // While the server is away every poller fails every second; the ticks say it once.
    this.onError = (error) => isUnavailable(error) || error instanceof JobHandedBack || options.onError(error);
    this.boss.on('error', this.onError);
  }

  /** Installs or upgrades the schema of the queue, then starts. Safe from many processes at once. */
  async start(): Promise<void> {
    await this.boss.start();
    await this.listen();
    await this.createQueue('lost-run', { expireInSeconds: 300 });
    await this.createQueue('run', { expireInSeconds: 24 * 3600 - 1, deadLetter: 'lost-run' });
    // One job of an endpoint at a time, over all processes: a unique index of pg-boss sees to it.
    await this.createQueue('deliveries', {
      expireInSeconds: 300,
      policy: 'key_strict_fifo',
      retryLimit: NEVER_GIVEN_UP,
    });
  }

  /** Only workers are told of jobs. Where notifications are not there for certain, they look as often as before. */
  private async listen(): Promise<void> {
    const { worker, backend } = this.options;
    if (!worker || backend === 'yugabytedb') return;
    const look = (told?: string) => {
      for (const pump of this.pumps) if (told === undefined || told === pump.queue) pump.look();
    };
    await this.notices.listen(this.boss.getDb(), look);
  }

  private async createQueue(name: QueueName, options: Omit<Queue, 'name'>) {
    await this.boss.createQueue(name, {
      heartbeatSeconds: HEARTBEAT_SECONDS,
      // A rolling restart or two must not use them up; a run that kills its worker every time must.
      retryLimit: 20,
      retryDelay: 1,
      retryBackoff: true,
      retryDelayMax: 30,
      retentionSeconds: KEPT_WAITING_SECONDS,
      deleteAfterSeconds: 3600,
      // Its notifications reach its own workers only.
      notify: false,
      ...options,
    });
  }

  override work<Q extends QueueName>(
    queue: Q,
    { concurrency }: WorkOptions,
    handler: (job: ClaimedJob<JobsByQueue[Q]>) => Promise<void>,
  ): Promise<void> {
    const { boss, onError, notices } = this;
    const { batch, poll, pollWhenTold = poll } = LOOKS[queue];
    const options = {
      boss,
      concurrency,
      batch,
      poll: () => (notices.areHeard ? pollWhenTold : poll),
      heartbeatSeconds: HEARTBEAT_SECONDS / 3,
      onError,
    };
    const pump = new JobPump(queue, options, handler);
    this.pumps.push(pump);
    pump.start();
    return Promise.resolve();
  }

  override async drain(timeout: number): Promise<void> {
    await this.notices.close();
    await Promise.all(this.pumps.map((pump) => pump.stop(timeout)));
    await this.boss.stop({ graceful: true, close: true, timeout });
  }

  /** Enqueues inside the transaction of `session`. */
  storeFor(session: Session): JobStore {
    return new BossJobStore(this.boss, session);
  }
}

class BossJobStore extends JobStore {
  private readonly db: Db;

  constructor(
    private readonly boss: PgBoss,
    private readonly session: Session,
  ) {
    super();
    this.db = { executeSql: async (text, values) => ({ rows: await session.rows(text, values ?? []) }) };
  }

  override async enqueueRuns(jobs: readonly RunJob[]): Promise<void> {
    if (jobs.length === 0) return;
    await this.boss.insert(
      'run',
      jobs.map((data) => ({ data })),
      { db: this.db },
    );
    await tellOfJobs(this.session, 'run');
  }

  override async enqueueDeliveries(jobs: readonly DeliveryJob[], delay = 0): Promise<void> {
    if (jobs.length === 0) return;
    const startAfter = delay > 0 ? { startAfter: delay.toFixed(3) } : {};
    await this.boss.insert(
      'deliveries',
      jobs.map((data) => ({ data, singletonKey: data.endpointId, ...startAfter })),
      { db: this.db },
    );
  }

  override async dropWaitingDeliveries(endpointId: string): Promise<void> {
    await this.session.touched(dropWaitingDeliveries, [endpointId]);
  }
}
