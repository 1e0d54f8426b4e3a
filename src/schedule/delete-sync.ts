import { Injectable } from '@nestjs/common';
import { notFound } from '../domain/problem.js';
import { Database } from '../ports/database.js';

/** Takes a sync away with its periods and runs; a run in progress finds its row gone and stops. */
@Injectable()
export class DeleteSync {
  constructor(private readonly database: Database) {}

  /** Throws 404. */
  async execute(clientId: string, syncId: string): Promise<void> {
    await this.database.asClient(clientId, async ({ syncs }) => {
      // Locked first, as every other writer does: the cascade would else meet them in another order.
      if (!(await syncs.lockChain(syncId))) throw notFound();
      await syncs.delete(syncId);
    });
  }
}
