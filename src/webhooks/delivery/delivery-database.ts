import { Injectable } from '@nestjs/common';
import { Database } from '../../ports/database.js';
import type { ClientStores } from '../../ports/stores.js';
import { Gate } from './gate.js';

/** Transactions of deliveries at the same time. Others, of the API and of runs, use the same connections. */
const AT_A_TIME = 4;

/**
 * The database as deliveries use it: hundreds of endpoints in hand wait for one another here, not for a connection,
 * where whoever waits too long is told that there is no database.
 */
@Injectable()
export class DeliveryDatabase {
  private readonly gate = new Gate(AT_A_TIME);

  constructor(private readonly database: Database) {}

  asClient<T>(clientId: string, work: (stores: ClientStores) => Promise<T>): Promise<T> {
    return this.gate.pass(() => this.database.asClient(clientId, work));
  }
}
