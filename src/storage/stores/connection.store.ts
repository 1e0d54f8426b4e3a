import { MoreThan, type QueryDeepPartialEntity } from 'typeorm';
import { conflict } from '../../domain/problem.js';
import type { Page, PageRequest } from '../../ports/page.js';
import type { SealedSecret } from '../../ports/secrets.js';
import { ConnectionStore, type Connection, type ConnectionFilter } from '../../ports/tenancy.js';
import { orUndefined, toInstant } from '../columns.js';
import { brokenConstraint } from '../database-errors.js';
import { pageOf } from '../page-of.js';
import type { Session } from '../session.js';
import { connectionTable, type ConnectionRow } from '../tables/connection.table.js';

const toConnection = (row: ConnectionRow): Connection => ({
  id: row.id,
  companyId: row.companyId,
  platform: row.platform,
  name: row.name,
  externalId: orUndefined(row.externalId),
  settings: row.settings,
  credentials: sealedIn(row),
  maxConcurrentRuns: orUndefined(row.maxConcurrentRuns),
  sourceHost: orUndefined(row.sourceHost),
  state: row.state,
  stateReason: orUndefined(row.stateReason),
  version: row.version,
  createdAt: toInstant(row.createdAt),
  updatedAt: toInstant(row.updatedAt),
});

function sealedIn({ credentials, credentialsKeyId }: ConnectionRow): SealedSecret | undefined {
  if (credentials === null || credentialsKeyId === null) return undefined;
  return { ciphertext: credentials, keyId: credentialsKeyId };
}

export class PgConnectionStore extends ConnectionStore {
  constructor(private readonly session: Session) {
    super();
  }

  override async find(connectionId: string): Promise<Connection | undefined> {
    const row = await this.table.findOneBy(this.key(connectionId));
    return row ? toConnection(row) : undefined;
  }

  override async lock(connectionId: string): Promise<Connection | undefined> {
    const row = await this.table.findOne({ where: this.key(connectionId), lock: { mode: 'for_no_key_update' } });
    return row ? toConnection(row) : undefined;
  }

  override async list(filter: ConnectionFilter, { after, limit }: PageRequest): Promise<Page<Connection>> {
    const { companyId, platform, state } = filter;
    const where = {
      clientId: this.session.clientId,
      ...(companyId === undefined ? {} : { companyId }),
      ...(platform === undefined ? {} : { platform }),
      ...(state === undefined ? {} : { state }),
      ...(after === undefined ? {} : { id: MoreThan(after) }),
    };
    const rows = await this.table.find({ where, order: { id: 'asc' }, take: limit + 1 });
    return pageOf(rows, limit, toConnection);
  }

  override async insert(connection: Connection): Promise<void> {
    const { id, companyId, platform, createdAt } = connection;
    const row = { ...this.key(id), ...editable(connection), companyId, platform, createdAt: new Date(createdAt) };
    await refusingTakenId(this.table.insert(row as QueryDeepPartialEntity<ConnectionRow>));
  }

  override async save(connection: Connection): Promise<void> {
    const row = editable(connection) as QueryDeepPartialEntity<ConnectionRow>;
    await refusingTakenId(this.table.update(this.key(connection.id), row));
  }

  override async delete(connectionId: string): Promise<boolean> {
    const { affected } = await this.table.delete(this.key(connectionId));
    return (affected ?? 0) > 0;
  }

  private key(connectionId: string): Pick<ConnectionRow, 'clientId' | 'id'> {
    return { clientId: this.session.clientId, id: connectionId };
  }

  private get table() {
    return this.session.manager.getRepository(connectionTable);
  }
}

const editable = (
  connection: Connection,
): Omit<ConnectionRow, 'clientId' | 'id' | 'companyId' | 'platform' | 'createdAt'> => ({
  name: connection.name,
  externalId: connection.externalId ?? null,
  settings: connection.settings,
  credentials: connection.credentials?.ciphertext ?? null,
  credentialsKeyId: connection.credentials?.keyId ?? null,
  maxConcurrentRuns: connection.maxConcurrentRuns ?? null,
  sourceHost: connection.sourceHost ?? null,
  state: connection.state,
  stateReason: connection.stateReason ?? null,
  version: connection.version,
  updatedAt: new Date(connection.updatedAt),
});

async function refusingTakenId(written: Promise<unknown>): Promise<void> {
  try {
    await written;
  } catch (error) {
    if (brokenConstraint(error) !== 'one_connection_per_external_id') throw error;
    throw conflict('external_id_taken', 'Another connection of this platform has this externalId.');
  }
}
