import { LRUCache } from 'lru-cache';
import type { ConnectorConnection } from '../../ports/connector.js';
import { fingerprint } from '../fingerprint.js';
import { Pace } from './pace.js';
import type { RateRules } from './told-limit.js';

/** Far more connections than one process reads from at a time. */
const MOST_PACES = 10_000;

/** The paces of the connections that this process reads from; all syncs of a connection share one. */
export class Paces {
  private readonly paces = new LRUCache<string, Pace>({ max: MOST_PACES });

  /** Other rules or credentials are another bucket at the source. */
  of({ connectionId, credentials }: ConnectorConnection, rules: RateRules): Pace {
    const key = fingerprint(connectionId, credentials, rules);
    const known = this.paces.get(key);
    if (known) return known;
    const pace = new Pace(rules);
    this.paces.set(key, pace);
    return pace;
  }
}
