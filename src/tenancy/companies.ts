import { Injectable } from '@nestjs/common';
import { found, notFound } from '../domain/problem.js';
import { requireVersion } from '../platform/etag.js';
import { makeId } from '../platform/new-id.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import type { Page, PageRequest } from '../ports/page.js';
import type { Company } from '../ports/tenancy.js';
import { changed } from './changed.js';
import type { CreateCompany, UpdateCompany } from './company.body.js';

/** The merchants of a client. */
@Injectable()
export class Companies {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async create(clientId: string, { name, reference, tags = {} }: CreateCompany): Promise<Company> {
    const now = await this.clock.now();
    const company: Company = {
      id: makeId('com', now),
      name,
      reference: reference ?? undefined,
      tags,
      version: 1,
      createdAt: now,
      updatedAt: now,
    };
    await this.database.asClient(clientId, ({ companies }) => companies.insert(company));
    return company;
  }

  async get(clientId: string, companyId: string): Promise<Company> {
    return found(await this.database.asClient(clientId, ({ companies }) => companies.find(companyId)));
  }

  list(clientId: string, filter: { readonly reference?: string }, page: PageRequest): Promise<Page<Company>> {
    return this.database.asClient(clientId, ({ companies }) => companies.list(filter, page));
  }

  /** Throws 412 where `expected` is no longer the version. */
  async update(
    { clientId, companyId, expected }: { clientId: string; companyId: string; expected: number | undefined },
    change: UpdateCompany,
  ): Promise<Company> {
    const now = await this.clock.now();
    return this.database.asClient(clientId, async ({ companies }) => {
      const company = found(await companies.lock(companyId));
      requireVersion(expected, company.version);
      const updated: Company = {
        ...company,
        name: change.name ?? company.name,
        reference: changed(company.reference, change.reference),
        tags: change.tags ?? company.tags,
        version: company.version + 1,
        updatedAt: now,
      };
      await companies.save(updated);
      return updated;
    });
  }

  async delete(clientId: string, companyId: string): Promise<void> {
    const deleted = await this.database.asClient(clientId, ({ companies }) => companies.delete(companyId));
    if (!deleted) throw notFound();
  }
}
