import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Instant } from '../domain/time/instant.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import type { ApiKey } from '../ports/tenancy.js';
import type { KeyPrincipal } from '../platform/principal.js';
import { hashOfKey, isApiKey } from './api-key.js';

/** Milliseconds a key is believed without asking again: a key revoked elsewhere is dead here 5 s later at most. */
const BELIEVED_FOR = 3_000;
const MOST_KEYS = 10_000;

/** Who holds an API key. Saves a query for each request of a key that was used a moment ago. */
@Injectable()
export class ApiKeyAuthenticator {
  private readonly known = new LRUCache<string, KeyPrincipal>({
    max: MOST_KEYS,
    ttl: BELIEVED_FOR,
    fetchMethod: async (hash, _, { options }) => {
      const now = await this.clock.now();
      const key = await this.look(Buffer.from(hash, 'hex'), now);
      if (key?.expiresAt !== undefined) options.ttl = Math.min(BELIEVED_FOR, key.expiresAt - now);
      return key && { kind: 'client', clientId: key.clientId, keyId: key.id, scopes: key.scopes };
    },
  });

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The holder of a key that is neither unknown, nor revoked, nor expired by the database's clock. */
  async principalOf(key: string): Promise<KeyPrincipal | undefined> {
    return isApiKey(key) ? this.known.fetch(hashOfKey(key).toString('hex')) : undefined;
  }

  /** Believes no key of this process without asking again; a revoked one is dead here at once. */
  forget(): void {
    this.known.clear();
  }

  private async look(hash: Buffer, now: Instant): Promise<ApiKey | undefined> {
    return this.database.asOperator(async ({ apiKeys }) => {
      const key = await apiKeys.findByHash(hash);
      if (!key || !isAlive(key, now)) return undefined;
      await apiKeys.noteUse(key, now);
      return key;
    });
  }
}

const isAlive = ({ revokedAt, expiresAt }: ApiKey, now: Instant): boolean =>
  revokedAt === undefined && (expiresAt === undefined || expiresAt > now);
