import { Injectable } from '@nestjs/common';
import { conflict, validationFailed } from '../../domain/problem.js';
import { requestedLane } from '../../domain/load/requested-lane.js';
import type { Instant } from '../../domain/time/instant.js';
import { makeId } from '../../platform/new-id.js';
import { TimeZoneData } from '../../platform/time-zone-data.js';
import { ConnectorRegistry } from '../../ports/connector.js';
import type { NewRun, Run } from '../../ports/runs.js';
import type { ClientStores } from '../../ports/stores.js';
import type { LockedChain } from '../../ports/syncs.js';
import { planRun, type RunPlan } from './plan-run.js';
import type { RunWish } from './run-wish.js';
import { refuseUnusable } from './wished-models.js';

interface Making {
  /** Locked in this transaction. */
  readonly chain: LockedChain;
  readonly wish: RunWish;
  readonly now: Instant;
}

/** Makes the runs that somebody asks for: checks, plans, writes the run and its period. The dispatcher admits it. */
@Injectable()
export class MakeRun {
  constructor(
    private readonly connectors: ConnectorRegistry,
    private readonly timeZoneData: TimeZoneData,
  ) {}

  /**
   * Throws 409 `run_active` with the id of the active run, `run_loop`, `connection_not_linked`, `sync_unscheduled`,
   * `period_overlap`, `range_ahead_of_chain`, `start_date_not_reached`, and 422 for what the sync cannot do.
   */
  async execute(stores: ClientStores, { chain, wish, now }: Making): Promise<Run> {
    const { sync } = chain;
    await refuseSecondRun(stores, chain);
    refuseUnusable(this.connectors, await stores.connections.find(sync.connectionId), wish);
    if (wish.causedBy !== undefined) await refuseLoop(stores, sync.id, wish.causedBy);
    const plan = await planRun({ periods: stores.periods, chain, wish, now });
    if (plan.period) await stores.periods.supersedeOpen(sync.id, now);
    return stores.runs.insert(this.newRun({ chain, wish, plan, now }), now);
  }

  private newRun(step: Making & { readonly plan: RunPlan }): NewRun {
    const { chain, wish, plan, now } = step;
    const { sync, open } = chain;
    const { trigger, keyId, mode, models, syncOnly, filter, force, reason, rerunOf, causedBy } = wish;
    return {
      id: makeId('run', now),
      syncId: sync.id,
      trigger,
      actor: { keyId },
      mode,
      models,
      syncOnly,
      filter,
      force,
      reason,
      rerunOf,
      causedBy,
      range: plan.range,
      lane: requestedLane({ type: wish.span.type, ...plan.range }),
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

/** Syncs that start one another in a circle would never end. */
async function refuseLoop({ runs }: ClientStores, syncId: string, causedBy: string): Promise<void> {
  const causes = await runs.causes(causedBy);
  if (causes.length === 0) {
    const problem = {
      pointer: '/causedBy',
      code: 'unknown_reference',
      message: `There is no run ${causedBy}.`,
    } as const;
    throw validationFailed([problem]);
  }
  const own = causes.find((cause) => cause.syncId === syncId);
  if (own === undefined) return;
  const way = own.id === causedBy ? 'is' : `goes back to run ${own.id}, which is`;
  throw conflict('run_loop', `Run ${causedBy} ${way} of this sync: it would go on starting itself.`);
}
