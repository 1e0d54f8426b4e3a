import { Injectable } from '@nestjs/common';
import { notFound, validationFailed } from '../domain/problem.js';
import type { Instant } from '../domain/time/instant.js';
import { makeId } from '../platform/new-id.js';
import { Clock } from '../ports/clock.js';
import { ConnectorRegistry } from '../ports/connector.js';
import { Database } from '../ports/database.js';
import type { ClientStores } from '../ports/stores.js';
import type { Editor } from '../ports/sync-edits.js';
import type { NewSync, SyncOverview } from '../ports/syncs.js';
import { announceEdit } from './announce-edit.js';
import { unknownModels } from './known-models.js';
import { chosenModels, readingProblems, USUAL_READING } from './read-settings.js';
import { overviewIn } from './read-syncs.js';
import { Reschedule } from './reschedule.js';
import { readSchedule } from './schedule-input.js';
import { readSyncBody, type SyncInput } from './sync-body.js';
import { requireLinked } from './sync-states.js';

export interface CreateSyncCommand {
  readonly clientId: string;
  readonly connectionId: string;
  readonly body: unknown;
  readonly by: Editor;
}

/** A new sync; with a schedule, its first period is planned in the same transaction. */
@Injectable()
export class CreateSync {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly connectors: ConnectorRegistry,
    private readonly reschedule: Reschedule,
  ) {}

  /** Throws 404 for the connection, 422 with every problem, 409 connection_not_linked. */
  async execute(command: CreateSyncCommand): Promise<SyncOverview> {
    const now = await this.clock.now();
    return this.database.asClient(command.clientId, (stores) => this.in(stores, command, now));
  }

  /** As execute, in the transaction of `stores`. */
  async in(stores: ClientStores, command: CreateSyncCommand, now: Instant): Promise<SyncOverview> {
    const { clientId, connectionId, body, by } = command;
    const { input, problems } = readSyncBody(body);
    // Creations on a connection take turns: the set-up page creates one only where there is none.
    const connection = await stores.connections.lock(connectionId);
    if (!connection) throw notFound();
    const { schedule, problems: ofSchedule } =
      input.schedule === undefined
        ? { problems: [] }
        : readSchedule(input.schedule, { client: await stores.client.get(), now, pointer: '/schedule' });
    const ofModels = unknownModels(this.connectors, connection, input.models);
    const all = [...problems, ...ofModels, ...readingProblems(input), ...ofSchedule];
    if (all.length > 0) throw validationFailed(all);
    if (input.enabled !== false) requireLinked(connection);
    const sync = await stores.syncs.insert(newSync(input, makeId('syn', now), connectionId), now);
    if (!sync) throw notFound();
    if (schedule)
      await this.reschedule.execute(stores, { sync, schedule, enabled: sync.enabled, reEnabling: false }, now);
    return announceEdit(stores, { clientId, after: await overviewIn(stores, sync.id), by }, now);
  }
}

function newSync(input: SyncInput, id: string, connectionId: string): NewSync {
  const { name, enabled = true, mode = 'auto', lookback, changesPerRun } = input;
  const { models, syncOnly = false } = chosenModels(input.models);
  return {
    id,
    connectionId,
    name: name ?? undefined,
    models: models ?? undefined,
    syncOnly,
    mode,
    lookback: lookback ?? undefined,
    readWindow: input.readWindow ?? USUAL_READING.readWindow,
    watermarkAt: input.watermarkAt ?? USUAL_READING.watermarkAt,
    changesPerRun: changesPerRun ?? undefined,
    enabled,
  };
}
