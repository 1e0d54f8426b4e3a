import type { Db } from 'pg-boss';
import type { QueueName } from '../ports/job-queue.js';
import type { Session } from './session.js';

const CHANNEL = 'meridian_jobs';

type Listening = Awaited<ReturnType<NonNullable<Db['listen']>>>;

/**
 * Tells worker processes that a queue has jobs, as soon as it has. A hint and no more: a notification can be lost on
 * its way, and a server or a pooler may deliver none. Whoever is told polls all the same, less often.
 */
export class JobNotices {
  private listening: Listening | undefined;

  /** Whether this process listens. */
  get areHeard(): boolean {
    return this.listening !== undefined;
  }

  /**
   * Listens until it is closed, on a connection of its own which comes back by itself. `onJobs` is called with the name
   * of a queue, and without one after a time in which nothing could be heard. Throws where the server does not listen.
   */
  async listen(database: Db, onJobs: (queue?: string) => void): Promise<void> {
    this.listening = await database.listen?.(CHANNEL, onJobs, () => onJobs());
  }

  async close(): Promise<void> {
    await this.listening?.close();
    this.listening = undefined;
  }
}

/** Sent when the transaction of `session` is committed, and only then. */
export const tellOfJobs = (session: Session, queue: QueueName): Promise<unknown> =>
  session.touched('select pg_notify($1, $2)', [CHANNEL, queue]);
