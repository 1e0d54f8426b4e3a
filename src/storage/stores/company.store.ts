import { MoreThan } from 'typeorm';
import type { Page, PageRequest } from '../../ports/page.js';
import { CompanyStore, type Company } from '../../ports/tenancy.js';
import { orUndefined, toInstant } from '../columns.js';
import { pageOf } from '../page-of.js';
import type { Session } from '../session.js';
import { companyTable, type CompanyRow } from '../tables/company.table.js';

const toCompany = (row: CompanyRow): Company => ({
  id: row.id,
  name: row.name,
  tags: row.tags,
  version: row.version,
  reference: orUndefined(row.reference),
  createdAt: toInstant(row.createdAt),
  updatedAt: toInstant(row.updatedAt),
});

export class PgCompanyStore extends CompanyStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async find(companyId: string): Promise<Company | undefined> {
    const row = await this.table.findOneBy(this.key(companyId));
    return row ? toCompany(row) : undefined;
  }

  override async keep(companyId: string): Promise<Company | undefined> {
    return this.findLocked(companyId, 'for_key_share');
  }

  override async lock(companyId: string): Promise<Company | undefined> {
    return this.findLocked(companyId, 'for_no_key_update');
  }

  override async list(filter: { reference?: string }, { after, limit }: PageRequest): Promise<Page<Company>> {
    const where = {
      clientId: this.session.clientId,
      ...(filter.reference === undefined ? {} : { reference: filter.reference }),
      ...(after === undefined ? {} : { id: MoreThan(after) }),
    };
    const rows = await this.table.find({ where, order: { id: 'asc' }, take: limit + 1 });
    return pageOf(rows, limit, toCompany);
  }

  override async insert(company: Company): Promise<void> {
    await this.table.insert({ ...this.key(company.id), ...editable(company), createdAt: new Date(company.createdAt) });
  }

  override async save(company: Company): Promise<void> {
    await this.table.update(this.key(company.id), editable(company));
  }

  override async delete(companyId: string): Promise<boolean> {
    const key = [this.session.clientId, companyId];
    const deleted = await this.session.touched(`delete from company where client_id = $1 and id = $2`, key);
    // Messages outlive a sync, not the merchant they tell about; their deliveries and attempts go with them.
    await this.session.touched(`delete from webhook_message where client_id = $1 and company_id = $2`, key);
    return deleted > 0;
  }

  private async findLocked(companyId: string, mode: 'for_key_share' | 'for_no_key_update') {
    const row = await this.table.findOne({ where: this.key(companyId), lock: { mode } });
    return row ? toCompany(row) : undefined;
  }

  private key(companyId: string): Pick<CompanyRow, 'clientId' | 'id'> {
    return { clientId: this.session.clientId, id: companyId };
  }

  private get table() {
    return this.session.manager.getRepository(companyTable);
  }
}

const editable = (company: Company): Omit<CompanyRow, 'clientId' | 'id' | 'createdAt'> => ({
  name: company.name,
  reference: company.reference ?? null,
  tags: company.tags,
  version: company.version,
  updatedAt: new Date(company.updatedAt),
});
