import { Injectable } from '@nestjs/common';
import type { Instant } from '../../domain/time/instant.js';
import { conflict, notFound, pointerTo, validationFailed } from '../../domain/problem.js';
import { latestWindow, rangeWindow, type Chain, type PlannedWindow } from '../../domain/chain/sync-period.js';
import { makeId } from '../../platform/new-id.js';
import { TimeZoneData } from '../../platform/time-zone-data.js';
import { Clock } from '../../ports/clock.js';
import { ConnectorRegistry } from '../../ports/connector.js';
import { Database } from '../../ports/database.js';
import type { NewRun, Run } from '../../ports/runs.js';
import type { ClientStores } from '../../ports/stores.js';
import type { LockedChain, PeriodKind } from '../../ports/syncs.js';
import type { Connection } from '../../ports/tenancy.js';
import { parseRunRequest, type RunRequest } from './run-request.js';

export interface RequestRunCommand {
  readonly clientId: string;
  readonly keyId: string;
  readonly syncId: string;
  readonly body: unknown;
}

/** What a run asked for reads, and the period it fills if its success counts as coverage. */
interface RunPlan {
  readonly range: { readonly start?: Instant; readonly finish: Instant };
  readonly period?: { readonly kind: PeriodKind; readonly window: PlannedWindow };
}

/** Manual runs: `latest`, `range`, `full`. One transaction; the job is there when the run is. */
@Injectable()
export class RequestRun {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly connectors: ConnectorRegistry,
    private readonly timeZoneData: TimeZoneData,
  ) {}

  /**
   * Throws 404 for an unknown sync, 409 `run_active` with the id of the active run, `connection_not_linked`,
   * `sync_unscheduled`, `period_overlap`, `range_ahead_of_chain`, and 422 for what is wrong in the body.
   */
  async execute({ clientId, keyId, syncId, body }: RequestRunCommand): Promise<Run> {
    const request = parseRunRequest(body);
    if (!request.ok) throw validationFailed(request.problems);
    const now = await this.clock.now();
    return this.database.asClient(clientId, async (stores) => {
      const chain = await stores.syncs.lockChain(syncId);
      if (!chain) throw notFound();
      await refuseSecondRun(stores, chain);
      this.refuseUnusable(await stores.connections.find(chain.sync.connectionId), request.value);
      const plan = await planOf({ stores, chain, request: request.value, now });
      if (plan.period) await stores.periods.supersedeOpen(syncId, now);
      const run = await stores.runs.insert(this.newRun({ keyId, chain, request: request.value, plan, now }), now);
      await stores.jobs.enqueueRuns([{ clientId, runId: run.id }]);
      return run;
    });
  }

  private refuseUnusable(connection: Connection | undefined, { models }: RunRequest): void {
    if (connection?.state !== 'linked')
      throw conflict('connection_not_linked', `The connection is ${connection?.state ?? 'gone'}: link it first.`);
    const available = this.connectors.find(connection.platform)?.models(connection.settings) ?? [];
    const unknown = models.flatMap((name, index) =>
      available.some((model) => model.name === name)
        ? []
        : [
            {
              pointer: pointerTo('models', index),
              code: 'unknown_reference',
              message: `The connection has no model ${name}.`,
            } as const,
          ],
    );
    if (unknown.length > 0) throw validationFailed(unknown);
  }

  private newRun(step: {
    readonly keyId: string;
    readonly chain: LockedChain;
    readonly request: RunRequest;
    readonly plan: RunPlan;
    readonly now: Instant;
  }): NewRun {
    const { chain, request, plan, now } = step;
    const { sync, open } = chain;
    return {
      id: makeId('run', now),
      syncId: sync.id,
      trigger: request.type,
      actor: { keyId: step.keyId },
      mode: request.type === 'full' ? 'full' : sync.mode,
      models: request.models.length > 0 ? request.models : sync.models,
      syncOnly: request.models.length === 0 && sync.syncOnly,
      filter: {},
      force: request.force,
      range: plan.range,
      period: plan.period && {
        ...plan.period,
        id: makeId('per', now),
        syncId: sync.id,
        // The chain goes on with the due date this run puts aside: asking for a run moves no due date.
        heldDueDate: open?.kind === 'chain' ? open.dueDate : open?.heldDueDate,
        timeZoneData: this.timeZoneData.version,
      },
    };
  }
}

async function refuseSecondRun({ runs }: ClientStores, { sync, open }: LockedChain): Promise<void> {
  const queued = open?.status === 'queued' || open?.status === 'running' ? open.runId : undefined;
  const activeRunId = queued ?? (await runs.active(sync.id));
  if (activeRunId !== undefined)
    throw conflict('run_active', `Run ${activeRunId} of this sync is active; one runs at a time.`, { activeRunId });
}

async function planOf(step: {
  readonly stores: ClientStores;
  readonly chain: LockedChain;
  readonly request: RunRequest;
  readonly now: Instant;
}): Promise<RunPlan> {
  const { stores, chain, request, now } = step;
  const { sync } = chain;
  // Reading some of the models proves nothing about the others, so it covers nothing.
  const covers = request.models.length === 0;
  if (request.type === 'full') return { range: { finish: now } };
  if (request.type === 'latest') return latestPlan(chainOf(chain), { request, now, covers });
  const { start, finish, force } = request;
  const succeeded = await stores.periods.succeeded(sync.id, start, finish);
  const window = rangeWindow({ start, finish, now, chain: chainForRange(chain, finish), succeeded, force });
  const claims = window.claimsCoverage && covers && sync.schedule !== undefined;
  return { range: { start, finish }, period: claims ? { kind: 'range', window } : undefined };
}

function latestPlan(
  chain: Chain,
  { request, now, covers }: { request: { readonly syncTo?: Instant }; now: Instant; covers: boolean },
): RunPlan {
  const window = latestWindow({ chain, now, syncTo: request.syncTo });
  if (!window.ok) throw validationFailed(window.problems);
  const { start, dueDate: finish } = window.value;
  return { range: { start, finish }, period: covers ? { kind: 'latest', window: window.value } : undefined };
}

function chainOf({ sync }: LockedChain): Chain {
  if (!sync.schedule || sync.chainStart === undefined)
    throw conflict(
      'sync_unscheduled',
      'The sync has no schedule, so there is no latest: give it one, or ask for a range.',
    );
  return { start: sync.chainStart, watermark: sync.watermark };
}

/** Without a schedule there is no chain to get ahead of, and none to move. */
const chainForRange = ({ sync }: LockedChain, finish: Instant): Chain =>
  sync.chainStart === undefined
    ? { start: finish, watermark: undefined }
    : { start: sync.chainStart, watermark: sync.watermark };
