import type { Instant } from '../domain/time/instant.js';

/** What a client keeps for one connection: any JSON, under a name. */
export interface ConnectionVariable {
  readonly name: string;
  readonly value: unknown;
  readonly updatedAt: Instant;
}

/** The variables of a client's connections. None is shared between connections. */
export abstract class VariableStore {
  /** All of a connection's, by name. */
  abstract list(connectionId: string): Promise<readonly ConnectionVariable[]>;
  abstract find(connectionId: string, name: string): Promise<ConnectionVariable | undefined>;
  /** Writes over a variable of the same name. Call it while the connection is locked. */
  abstract put(connectionId: string, variable: ConnectionVariable): Promise<void>;
  abstract delete(connectionId: string, name: string): Promise<boolean>;
}
