import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { DAY, instantOf, MINUTE, plus } from '../domain/time/instant.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';

/** What the figure is taken from. */
const LOOKED_AT = 14 * DAY;
/** Milliseconds a figure is good for: pages ask every few seconds, and it hardly moves. */
const GOOD_FOR = MINUTE;
const MOST_CLIENTS = 10_000;
/** Runs that a figure is taken from. */
const MOST_RUNS = 20_000;

/** How long after the due date a client's runs usually begin. Only a client's first page waits for the figure. */
@Injectable()
export class UsualDelays {
  private readonly known = new LRUCache<string, { readonly minutes: number | null }>({
    max: MOST_CLIENTS,
    ttl: GOOD_FOR,
    allowStale: true,
    allowStaleOnFetchRejection: true,
    fetchMethod: (clientId) => this.ask(clientId),
  });

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Whole minutes, rounded up, within which 95 % begin; null while there is nothing to tell it from. */
  async minutes(clientId: string): Promise<number | null> {
    return (await this.known.fetch(clientId))?.minutes ?? null;
  }

  private async ask(clientId: string): Promise<{ readonly minutes: number | null }> {
    const since = instantOf(Math.max(0, plus(await this.clock.now(), -LOOKED_AT)));
    const delay = await this.database.asClient(clientId, ({ flowHistory }) => flowHistory.usualDelay(since, MOST_RUNS));
    return { minutes: delay === undefined ? null : Math.max(0, Math.ceil(delay / MINUTE)) };
  }
}
