import { Injectable } from '@nestjs/common';
import { notFound, validationFailed } from '../domain/problem.js';
import { requireVersion } from '../platform/etag.js';
import { Clock } from '../ports/clock.js';
import { ConnectorRegistry } from '../ports/connector.js';
import { Database } from '../ports/database.js';
import type { Sync, SyncChange, SyncOverview } from '../ports/syncs.js';
import { unknownModels } from './known-models.js';
import { overviewIn } from './read-syncs.js';
import { Reschedule } from './reschedule.js';
import { readSchedule } from './schedule-input.js';
import { readSyncBody, type SyncInput } from './sync-body.js';
import { enablement, isPlanning, requireLinked } from './sync-states.js';

export interface ChangeSyncCommand {
  readonly clientId: string;
  readonly syncId: string;
  readonly body: unknown;
  /** Version the caller has seen; absent: any. */
  readonly expected?: number;
}

/** PATCH of a sync: settings, schedule, enabling and disabling, in one transaction. */
@Injectable()
export class ChangeSync {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly connectors: ConnectorRegistry,
    private readonly reschedule: Reschedule,
  ) {}

  /** Throws 404, 412, 422 with every problem, 409 connection_not_linked and as decideEdit does. */
  async execute({ clientId, syncId, body, expected }: ChangeSyncCommand): Promise<SyncOverview> {
    const { input, problems } = readSyncBody(body);
    const now = await this.clock.now();
    return this.database.asClient(clientId, async (stores) => {
      const chain = await stores.syncs.lockChain(syncId);
      if (!chain) throw notFound();
      const { sync, open } = chain;
      requireVersion(expected, sync.version);
      const connection = await stores.connections.find(sync.connectionId);
      if (!connection) throw notFound();
      const { schedule, problems: ofSchedule } =
        input.schedule === undefined
          ? { schedule: sync.schedule, problems: [] }
          : readSchedule(input.schedule, {
              client: await stores.client.get(),
              previous: sync.schedule,
              now,
              pointer: '/schedule',
            });
      const all = [...problems, ...unknownModels(this.connectors, connection, input.models), ...ofSchedule];
      if (all.length > 0) throw validationFailed(all);
      const reEnabling = input.enabled === true && !isPlanning(sync);
      if (reEnabling) requireLinked(connection);
      await stores.syncs.update(syncId, changeOf(sync, input), now);
      const enabled = reEnabling || (isPlanning(sync) && input.enabled !== false);
      if (schedule && concernsSchedule(input))
        await this.reschedule.execute(stores, { sync, open, schedule, enabled, reEnabling }, now);
      return overviewIn(stores, syncId);
    });
  }
}

const concernsSchedule = ({ schedule, enabled }: SyncInput): boolean => schedule !== undefined || enabled !== undefined;

function changeOf(sync: Sync, { name, models, mode, lookback, enabled }: SyncInput): SyncChange {
  // To say again what is so is no new start: it does not forget the failures in a row.
  const toggled = enabled === undefined || enabled === isPlanning(sync) ? {} : enablement(sync, enabled);
  return { name, models: models?.length === 0 ? null : models, mode, lookback, ...toggled };
}
