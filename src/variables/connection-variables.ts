import { Injectable } from '@nestjs/common';
import { parseMoment } from '../domain/chain/written-moment.js';
import { conflict, found, notFound, validationFailed } from '../domain/problem.js';
import { toIso, type Instant } from '../domain/time/instant.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import type { ClientStores } from '../ports/stores.js';
import { LastFilterDate } from './last-filter-date.js';
import type { ShownVariable } from './variable.view.js';

const LAST_FILTER_DATE = 'lastFilterDate';
const MOST_VARIABLES = 100;

/** Whose variable: names are the client's own, per connection. */
export interface VariableKey {
  readonly clientId: string;
  readonly connectionId: string;
  readonly name: string;
}

/** What a client keeps for a connection, and `lastFilterDate`, which is worked out. */
@Injectable()
export class ConnectionVariables {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly lastFilterDate: LastFilterDate,
  ) {}

  /** By name. Throws 404 for the connection. */
  async list(clientId: string, connectionId: string): Promise<readonly ShownVariable[]> {
    return this.database.asClient(clientId, async (stores) => {
      found(await stores.connections.find(connectionId));
      const kept = await stores.variables.list(connectionId);
      const all = [...kept, await this.computed(stores, connectionId)];
      return all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    });
  }

  /** Throws 404. */
  async get({ clientId, connectionId, name }: VariableKey): Promise<ShownVariable> {
    return this.database.asClient(clientId, async (stores) => {
      found(await stores.connections.find(connectionId));
      if (name === LAST_FILTER_DATE) return this.computed(stores, connectionId);
      return found(await stores.variables.find(connectionId, name));
    });
  }

  /** Throws 404 for the connection, 409 `variable_limit_reached`, and for `lastFilterDate` what it throws. */
  async put({ clientId, connectionId, name }: VariableKey, value: unknown): Promise<ShownVariable> {
    const now = await this.clock.now();
    return this.database.asClient(clientId, async (stores) => {
      if (name === LAST_FILTER_DATE) return this.putLastFilterDate(stores, connectionId, value, now);
      // Locked, so that the limit holds whoever else writes.
      found(await stores.connections.lock(connectionId));
      const kept = await stores.variables.list(connectionId);
      if (kept.length >= MOST_VARIABLES && !kept.some((variable) => variable.name === name)) {
        const message = `A connection has at most ${MOST_VARIABLES} variables. Delete one first.`;
        throw conflict('variable_limit_reached', message);
      }
      const variable = { name, value, updatedAt: now };
      await stores.variables.put(connectionId, variable);
      return variable;
    });
  }

  /** Throws 404. */
  async delete({ clientId, connectionId, name }: VariableKey): Promise<void> {
    const now = await this.clock.now();
    await this.database.asClient(clientId, async (stores) => {
      found(await stores.connections.find(connectionId));
      if (name === LAST_FILTER_DATE) return this.lastFilterDate.delete(stores, connectionId, now);
      if (!(await stores.variables.delete(connectionId, name))) throw notFound();
    });
  }

  private async putLastFilterDate(
    stores: ClientStores,
    connectionId: string,
    value: unknown,
    now: Instant,
  ): Promise<ShownVariable> {
    const written = parseMoment(value);
    found(await stores.connections.find(connectionId));
    if (!written.ok) throw validationFailed(written.problems.map((problem) => ({ ...problem, pointer: '/value' })));
    await this.lastFilterDate.put(stores, connectionId, written.value, now);
    return this.computed(stores, connectionId);
  }

  private async computed(stores: ClientStores, connectionId: string): Promise<ShownVariable> {
    const at = await this.lastFilterDate.get(stores, connectionId);
    return { name: LAST_FILTER_DATE, value: at === undefined ? null : toIso(at) };
  }
}
