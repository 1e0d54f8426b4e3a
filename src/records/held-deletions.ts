import { Injectable } from '@nestjs/common';
import { conflict, found, notFound } from '../domain/problem.js';
import type { HeldDeletion } from '../ports/audits.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import type { Page, PageRequest } from '../ports/page.js';

/** Deletions held of one model of a connection. */
export interface HeldOf {
  readonly clientId: string;
  readonly connectionId: string;
  readonly model: string;
}

/** Deletions of more records than an audit deletes unasked. */
@Injectable()
export class HeldDeletions {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  list(clientId: string, connectionId: string, page: PageRequest): Promise<Page<HeldDeletion>> {
    return this.database.asClient(clientId, async ({ connections, audits }) => {
      found(await connections.find(connectionId));
      return audits.listHeld(connectionId, page);
    });
  }

  /**
   * Deletes what is missing still and has not changed since; answers how many records that were. Throws 409
   * hold_superseded where a later run has found something else missing than the one that the caller looked at.
   */
  async approve({ clientId, connectionId, model }: HeldOf, runId: string): Promise<number> {
    const now = await this.clock.now();
    return this.database.asClient(clientId, async ({ connections, audits }) => {
      // First, as whoever writes records does.
      found(await connections.lock(connectionId));
      const held = found(await audits.held(connectionId, model));
      if (held.runId !== runId) throw superseded();
      const { deleted } = await audits.delete(held, { runId }, now);
      await audits.dropHeld(connectionId, model);
      return deleted;
    });
  }

  async decline({ clientId, connectionId, model }: HeldOf): Promise<void> {
    await this.database.asClient(clientId, async ({ connections, audits }) => {
      found(await connections.lock(connectionId));
      if (!(await audits.dropHeld(connectionId, model))) throw notFound();
    });
  }
}

const superseded = () =>
  conflict('hold_superseded', 'A later run has found other records missing. Look at what is held now, then decide.');
