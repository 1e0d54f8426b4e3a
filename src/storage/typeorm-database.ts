import type { DataSource, EntityManager } from 'typeorm';
import pRetry from 'p-retry';
import { DatabaseUnavailable } from '../domain/database-unavailable.js';
import { isId } from '../domain/id.js';
import { Database } from '../ports/database.js';
import type { ClientsStores, ClientStores, DispatcherStores, OperatorStores } from '../ports/stores.js';
import { isTryAgain, isUnavailable } from './database-errors.js';
import { sessionOf, type Session } from './session.js';
import type { StoreFactory } from './store-factory.js';

type DatabaseRole = 'meridian_app' | 'meridian_dispatcher' | 'meridian_operator';

/** The unit of work on TypeORM: one transaction, one role, one client. */
export class TypeormDatabase extends Database {
  constructor(
    private readonly dataSource: DataSource,
    private readonly stores: StoreFactory,
  ) {
    super();
  }

  override async asClient<T>(clientId: string, work: (stores: ClientStores) => Promise<T>): Promise<T> {
    return this.ofClient(clientId, work);
  }

  override async asClientAtOneMoment<T>(clientId: string, work: (stores: ClientStores) => Promise<T>): Promise<T> {
    return this.ofClient(clientId, work, 'REPEATABLE READ');
  }

  override async asEachClient<T>(work: (stores: ClientsStores) => Promise<T>): Promise<T> {
    return this.transaction('meridian_app', '', (session) => work(this.stores.forEachClient(session)));
  }

  override async asDispatcher<T>(work: (stores: DispatcherStores) => Promise<T>): Promise<T> {
    return this.transaction('meridian_dispatcher', '', (session) => work(this.stores.forDispatcher(session)));
  }

  override async asOperator<T>(work: (stores: OperatorStores) => Promise<T>): Promise<T> {
    return this.transaction('meridian_operator', '', (session) => work(this.stores.forOperator(session)));
  }

  private ofClient<T>(
    clientId: string,
    work: (stores: ClientStores) => Promise<T>,
    isolation?: 'REPEATABLE READ',
  ): Promise<T> {
    if (!isId('cli', clientId)) throw new Error('A client transaction needs a client id.');
    return this.transaction('meridian_app', clientId, (session) => work(this.stores.forClient(session)), isolation);
  }

  /** Without `isolation` as the server is set, which is read committed, and a statement less. */
  private async transaction<T>(
    role: DatabaseRole,
    clientId: string,
    work: (session: Session) => Promise<T>,
    isolation?: 'REPEATABLE READ',
  ): Promise<T> {
    const inside = async (manager: EntityManager): Promise<T> => {
      const session = sessionOf(manager, clientId);
      // Both end with the transaction, so a pooled connection carries nothing over to the next client.
      await session.rows(`select set_config('role', $1, true), set_config('app.client_id', $2, true)`, [
        role,
        clientId,
      ]);
      return work(session);
    };
    const attempt = () =>
      isolation ? this.dataSource.transaction(isolation, inside) : this.dataSource.transaction(inside);
    try {
      return await pRetry(attempt, {
        retries: 5,
        minTimeout: 10,
        maxTimeout: 200,
        randomize: true,
        shouldRetry: ({ error }) => isTryAgain(error),
      });
    } catch (error) {
      throw isUnavailable(error) ? new DatabaseUnavailable({ cause: error }) : error;
    }
  }
}
