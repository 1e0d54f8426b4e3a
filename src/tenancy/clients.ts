import { Injectable } from '@nestjs/common';
import { DEFAULT_FREQUENCY_OPTIONS } from '../domain/schedule/frequency.js';
import { found } from '../domain/problem.js';
import { makeId } from '../platform/new-id.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import type { Page, PageRequest } from '../ports/page.js';
import type { Client } from '../ports/tenancy.js';

/** Settings of a client that has set nothing yet. */
const DEFAULTS = {
  frequencyOptions: DEFAULT_FREQUENCY_OPTIONS,
  catchUp: 'collapse',
  disableAfterFailures: 31,
  allowedOrigins: [],
  redirectUrls: [],
  branding: {},
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

  list(page: PageRequest): Promise<Page<Client>> {
    return this.database.asOperator(({ clients }) => clients.list(page));
  }
}
