import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { DatabaseUnavailable } from '../../domain/database-unavailable.js';
import { DomainError } from '../../domain/problem.js';
import { Database } from '../../ports/database.js';
import type { Follower } from './follower.js';

/** Milliseconds between two looks. */
const PACE = 500;
/** Lines of one reader in one look: at 4,000 characters each, 2 MB. */
const MOST_LINES = 500;
export const MOST_PER_CLIENT = 20;

/**
 * Tells readers what is new of the runs they follow, whichever process executes them. One look serves all of them;
 * while nobody reads, nothing happens.
 */
@Injectable()
export class RunFollowers implements BeforeApplicationShutdown {
  private readonly logger = new Logger('logs');
  private readonly followers = new Set<Follower>();
  /** Those that are being told more than one look brings. */
  private readonly catchingUp = new Map<Follower, Promise<void>>();
  private timer?: NodeJS.Timeout;
  private turning?: Promise<void>;
  private isStopping = false;

  constructor(private readonly database: Database) {}

  /** Whether nothing is kept, waited for or asked of the database. */
  get isIdle(): boolean {
    return this.followers.size === 0 && this.catchingUp.size === 0 && !this.timer && !this.turning;
  }

  /** Whether a client may follow one more run here. Throws 503 while the process stops. */
  hasRoom(clientId: string): boolean {
    if (this.isStopping) throw stopping();
    return [...this.followers].filter((one) => one.clientId === clientId).length < MOST_PER_CLIENT;
  }

  add(follower: Follower): void {
    if (!follower.stream.isOpen) return;
    this.followers.add(follower);
    follower.stream.onClose(() => this.remove(follower));
    this.catchUp(follower);
    this.schedule();
  }

  /** Ends every stream; its reader goes on with another process. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    for (const { stream } of this.followers) stream.end();
    clearTimeout(this.timer);
    await Promise.all([this.turning, ...this.catchingUp.values()]);
  }

  private remove(follower: Follower): void {
    this.followers.delete(follower);
    if (this.followers.size > 0) return;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** There is one timer while somebody reads, and none of it during a turn. */
  private schedule(): void {
    if (this.timer || this.turning || this.isStopping || this.followers.size === 0) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.turning = this.turn().finally(() => {
        this.turning = undefined;
        this.schedule();
      });
    }, PACE);
  }

  private async turn(): Promise<void> {
    const ready = [...this.followers].filter((one) => one.stream.isReady && !this.catchingUp.has(one));
    for (const behind of await this.look(ready)) this.catchUp(behind);
    for (const { stream } of this.followers) stream.beat();
  }

  /** Tells one reader all there is, as fast as it reads. */
  private catchUp(follower: Follower): void {
    const told = this.tellAll(follower).finally(() => this.catchingUp.delete(follower));
    this.catchingUp.set(follower, told);
  }

  private async tellAll(follower: Follower): Promise<void> {
    while (follower.stream.isOpen && (await this.look([follower])).length > 0) await follower.stream.drained();
  }

  /** Tells these readers what is new, and answers those for whom there is more. */
  private async look(followers: readonly Follower[]): Promise<readonly Follower[]> {
    if (followers.length === 0) return [];
    const places = followers.map(({ place }) => place);
    try {
      const news = await this.database.asDispatcher(({ runLogs }) => runLogs.follow(places, MOST_LINES));
      return followers.filter((follower, index) => {
        const found = news[index];
        if (!found) follower.stream.end();
        else follower.tell(found, found.lines.length < MOST_LINES);
        return found?.lines.length === MOST_LINES;
      });
    } catch (error) {
      // The next look may fare better; an outage is said by those who work.
      if (!(error instanceof DatabaseUnavailable)) this.logger.error({ err: error }, 'Runs cannot be followed.');
      return [];
    }
  }
}

const stopping = (): DomainError =>
  new DomainError({ code: 'unavailable', status: 'unavailable', message: 'The process is stopping. Try again.' });
