import type { EntityManager } from 'typeorm';

/** One open transaction, as stores see it. */
export interface Session {
  /** The client the transaction is bound to; empty for the dispatcher and the operator. */
  readonly clientId: string;
  readonly manager: EntityManager;
  /** Runs one statement and answers its rows, for SELECT and RETURNING alike. */
  rows<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Runs one statement and answers how many rows it touched. */
  touched(sql: string, parameters?: readonly unknown[]): Promise<number>;
}

export function sessionOf(manager: EntityManager, clientId: string): Session {
  // The structured answer: the plain one has another shape for UPDATE and DELETE than for SELECT.
  const run = (sql: string, parameters: readonly unknown[]) => {
    if (!manager.queryRunner) throw new Error('A session needs the query runner of its transaction.');
    return manager.queryRunner.query(sql, [...parameters], true);
  };
  return {
    clientId,
    manager,
    rows: async <Row>(sql: string, parameters: readonly unknown[] = []) =>
      (await run(sql, parameters)).records as Row[],
    touched: async (sql, parameters = []) => (await run(sql, parameters)).affected ?? 0,
  };
}
