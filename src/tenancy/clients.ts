import { Injectable } from '@nestjs/common';
import { DEFAULT_FREQUENCY_OPTIONS } from '../domain/schedule/frequency.js';
import { found } from '../domain/problem.js';
import { requireVersion } from '../platform/etag.js';
import { makeId } from '../platform/new-id.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import type { Page, PageRequest } from '../ports/page.js';
import type { Client } from '../ports/tenancy.js';
import { changed } from './changed.js';
import type { ClientShare } from './client-share.body.js';

/** Settings of a client that has set nothing yet. */
const DEFAULTS = {
  frequencyOptions: DEFAULT_FREQUENCY_OPTIONS,
  catchUp: 'collapse',
  disableAfterFailures: 31,
  allowedOrigins: [],
  redirectUrls: [],
  branding: {},
  weight: 1,
} as const;

/** The tenants of this installation, for the operator. */
@Injectable()
export class Clients {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async create(name: string): Promise<Client> {
    const now = await this.clock.now();
    const client: Client = { id: makeId('cli', now), name, ...DEFAULTS, version: 1, createdAt: now, updatedAt: now };
    await this.database.asOperator(({ clients }) => clients.insert(client));
    return client;
  }

  async get(clientId: string): Promise<Client> {
    return found(await this.database.asOperator(({ clients }) => clients.find(clientId)));
  }

  /** Throws 404, and 412 where `expected` is no longer the version. */
  async changeShare(clientId: string, change: ClientShare, expected: number | undefined): Promise<Client> {
    const now = await this.clock.now();
    return this.database.asOperator(async ({ clients }) => {
      const current = found(await clients.lock(clientId));
      requireVersion(expected, current.version);
      const updated = {
        ...current,
        weight: change.weight ?? current.weight,
        maxConcurrentRuns: changed(current.maxConcurrentRuns, change.maxConcurrentRuns),
        version: current.version + 1,
        updatedAt: now,
      };
      await clients.save(updated);
      return updated;
    });
  }

  list(page: PageRequest): Promise<Page<Client>> {
    return this.database.asOperator(({ clients }) => clients.list(page));
  }
}
