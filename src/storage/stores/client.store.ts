import type { QueryDeepPartialEntity } from 'typeorm';
import { ClientStore, type Client } from '../../ports/tenancy.js';
import { toClient, toClientRow } from '../client-row.js';
import type { Session } from '../session.js';
import { clientTable, type ClientRow } from '../tables/client.table.js';

export class PgClientStore extends ClientStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async get(): Promise<Client> {
    return toClient(await this.table.findOneByOrFail({ id: this.session.clientId }));
  }

  override async lock(): Promise<Client> {
    const where = { id: this.session.clientId };
    return toClient(await this.table.findOneOrFail({ where, lock: { mode: 'for_no_key_update' } }));
  }

  override async save(client: Client): Promise<void> {
    const { id: _, createdAt: __, ...row } = toClientRow(client);
    await this.table.update({ id: this.session.clientId }, row as QueryDeepPartialEntity<ClientRow>);
  }

  private get table() {
    return this.session.manager.getRepository(clientTable);
  }
}
