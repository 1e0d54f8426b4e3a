import type { ClientsStores, ClientStores, DispatcherStores, OperatorStores } from './stores.js';

/**
 * The unit of work. Each method opens one transaction as one database role, hands out stores bound to it,
 * commits when `work` resolves and rolls back when it throws. A deadlock or serialization failure is tried
 * again, so `work` must have no effect outside the transaction.
 *
 * Throws `DatabaseUnavailable` when the server cannot be reached.
 */
export abstract class Database {
  /** One client's rows and no other's: row-level security is on. */
  abstract asClient<T>(clientId: string, work: (stores: ClientStores) => Promise<T>): Promise<T>;
  /** The same for reading what belongs together: every statement sees the rows of one moment. */
  abstract asClientAtOneMoment<T>(clientId: string, work: (stores: ClientStores) => Promise<T>): Promise<T>;
  /** Many clients, each for itself: row-level security is on, and shows no row but those of the one being asked for. */
  abstract asEachClient<T>(work: (stores: ClientsStores) => Promise<T>): Promise<T>;
  /** The dispatcher's narrow view over all clients: due periods, runs, settlements. */
  abstract asDispatcher<T>(work: (stores: DispatcherStores) => Promise<T>): Promise<T>;
  /** Clients and their keys. */
  abstract asOperator<T>(work: (stores: OperatorStores) => Promise<T>): Promise<T>;
}
