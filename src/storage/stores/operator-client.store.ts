import { MoreThan, type QueryDeepPartialEntity } from 'typeorm';
import type { Page, PageRequest } from '../../ports/page.js';
import { OperatorClientStore, type Client } from '../../ports/tenancy.js';
import { toClient, toClientRow } from '../client-row.js';
import { pageOf } from '../page-of.js';
import type { Session } from '../session.js';
import { clientTable, type ClientRow } from '../tables/client.table.js';

export class PgOperatorClientStore extends OperatorClientStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async find(clientId: string): Promise<Client | undefined> {
    const row = await this.table.findOneBy({ id: clientId });
    return row ? toClient(row) : undefined;
  }

  override async list({ after, limit }: PageRequest): Promise<Page<Client>> {
    const where = after === undefined ? {} : { id: MoreThan(after) };
    const rows = await this.table.find({ where, order: { id: 'asc' }, take: limit + 1 });
    return pageOf(rows, limit, toClient);
  }

  override async insert(client: Client): Promise<void> {
    await this.table.insert(toClientRow(client) as QueryDeepPartialEntity<ClientRow>);
  }

  override async lock(clientId: string): Promise<Client | undefined> {
    const row = await this.table.findOne({ where: { id: clientId }, lock: { mode: 'for_no_key_update' } });
    return row ? toClient(row) : undefined;
  }

  override async save(client: Client): Promise<void> {
    const { id, createdAt: _, ...row } = toClientRow(client);
    await this.table.update({ id }, row as QueryDeepPartialEntity<ClientRow>);
  }

  private get table() {
    return this.session.manager.getRepository(clientTable);
  }
}
