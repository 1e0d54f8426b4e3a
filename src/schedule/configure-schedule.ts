import { Injectable } from '@nestjs/common';
import { notFound, validationFailed } from '../domain/problem.js';
import { requireVersion } from '../platform/etag.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import type { Editor } from '../ports/sync-edits.js';
import type { SyncOverview } from '../ports/syncs.js';
import { announceEdit } from './announce-edit.js';
import { overviewIn } from './read-syncs.js';
import { Reschedule } from './reschedule.js';
import { readSchedule } from './schedule-input.js';
import { isPlanning } from './sync-states.js';

export interface ConfigureScheduleCommand {
  readonly clientId: string;
  readonly syncId: string;
  readonly body: unknown;
  /** Version the caller has seen; absent: any. */
  readonly expected?: number;
  readonly by: Editor;
}

/** PUT of a schedule: one transaction, load → decide → save. */
@Injectable()
export class ConfigureSchedule {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly reschedule: Reschedule,
  ) {}

  /** Throws 404, 412, 422 with every problem, 409 as decideEdit does. */
  async execute({ clientId, syncId, body, expected, by }: ConfigureScheduleCommand): Promise<SyncOverview> {
    const now = await this.clock.now();
    return this.database.asClient(clientId, async (stores) => {
      const chain = await stores.syncs.lockChain(syncId);
      if (!chain) throw notFound();
      const { sync, open } = chain;
      requireVersion(expected, sync.version);
      const client = await stores.client.get();
      const { schedule, problems } = readSchedule(body, { client, previous: sync.schedule, now, pointer: '' });
      if (!schedule) throw validationFailed(problems);
      const edit = { sync, open, schedule, enabled: isPlanning(sync), reEnabling: false };
      await this.reschedule.execute(stores, edit, now);
      return announceEdit(stores, { clientId, before: sync, after: await overviewIn(stores, syncId), by }, now);
    });
  }
}
