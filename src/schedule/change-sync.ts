import { Injectable } from '@nestjs/common';
import { requireNotHeld } from '../domain/chain/held-period.js';
import { notFound, validationFailed } from '../domain/problem.js';
import type { Instant } from '../domain/time/instant.js';
import { requireVersion } from '../platform/etag.js';
import { makeId } from '../platform/new-id.js';
import { Clock } from '../ports/clock.js';
import { ConnectorRegistry } from '../ports/connector.js';
import { Database } from '../ports/database.js';
import type { ClientStores } from '../ports/stores.js';
import type { Editor } from '../ports/sync-edits.js';
import type { OpenPeriod, Sync, SyncChange, SyncOverview } from '../ports/syncs.js';
import { announceEdit } from './announce-edit.js';
import { unknownModels } from './known-models.js';
import { changesReading, chosenModels, readingProblems } from './read-settings.js';
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
  readonly by: Editor;
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
  async execute(command: ChangeSyncCommand): Promise<SyncOverview> {
    const now = await this.clock.now();
    return this.database.asClient(command.clientId, (stores) => this.in(stores, command, now));
  }

  /** As execute, in the transaction of `stores`. */
  async in(stores: ClientStores, command: ChangeSyncCommand, now: Instant): Promise<SyncOverview> {
    const { clientId, syncId, body, expected, by } = command;
    const { input, problems } = readSyncBody(body);
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
    const ofModels = unknownModels(this.connectors, connection, input.models);
    const all = [...problems, ...ofModels, ...readingProblems(input, sync), ...ofSchedule];
    if (all.length > 0) throw validationFailed(all);
    const reEnabling = input.enabled === true && !isPlanning(sync);
    if (reEnabling) requireLinked(connection);
    if (changesReading(sync, input)) await startOver(stores, open, now);
    await stores.syncs.update(syncId, changeOf(sync, input), now);
    const enabled = reEnabling || (isPlanning(sync) && input.enabled !== false);
    if (schedule && concernsSchedule(input))
      await this.reschedule.execute(stores, { sync, open, schedule, enabled, reEnabling }, now);
    return announceEdit(stores, { clientId, before: sync, after: await overviewIn(stores, syncId), by }, now);
  }
}

/** An attempt that is to be repeated read up to elsewhere, so what it read counts no more. */
async function startOver({ periods }: ClientStores, open: OpenPeriod | undefined, now: Instant): Promise<void> {
  requireNotHeld(open);
  if (open?.runId !== undefined) await periods.startOver(open, makeId('per', now), now);
}

const concernsSchedule = ({ schedule, enabled }: SyncInput): boolean => schedule !== undefined || enabled !== undefined;

function changeOf(sync: Sync, input: SyncInput): SyncChange {
  const { name, mode, lookback, readWindow, watermarkAt, changesPerRun, enabled } = input;
  // To say again what is so is no new start: it does not forget the failures in a row.
  const toggled = enabled === undefined || enabled === isPlanning(sync) ? {} : enablement(sync, enabled);
  const settings = { name, mode, lookback, readWindow, watermarkAt, changesPerRun };
  return { ...settings, ...chosenModels(input.models), ...toggled };
}
