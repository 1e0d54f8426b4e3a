import { Injectable } from '@nestjs/common';
import { fullLimits, takenBy, type FullLimits, type Taken } from '../domain/load/active-runs.js';
import { admit, type AdmissionKind, type Candidate, type Pool } from '../domain/load/admission.js';
import { clientsInQuietHours } from '../domain/load/quiet-hours.js';
import { WORKER_ALIVE } from '../domain/load/planning.js';
import { limitsOf } from '../domain/load/run-limits.js';
import { MINUTE, plus, type Instant } from '../domain/time/instant.js';
import { Config } from '../platform/config.js';
import { Ticks } from '../platform/ticks.js';
import { startTurn } from '../platform/turn.js';
import type { WaitingRun } from '../ports/admission.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import type { DispatcherStores } from '../ports/stores.js';

/** Admitted runs for each the pool executes: enough that no worker waits, few enough that no client does. */
const QUEUE_AHEAD = 2;
/** Age from which a run without a job counts as forgotten; its job is there when it is admitted. */
const LOST_AFTER = 5 * MINUTE;
/** How long somebody waits who asks for a run while there is room, in milliseconds. Idle, a look takes one. */
const EVERY = 250;
/** Milliseconds between looks while every place is taken: the first, doubled each time, up to a tick. */
const FIRST_PAUSE = 10;

/** What one look came to: how many were admitted, and whether it may be worthwhile to look again at once. */
export interface AdmissionOutcome {
  readonly admitted: number;
  readonly more: boolean;
}

/** Gives runs their jobs, as the pool has room: the only place that does, so that no limit is ever passed. */
@Injectable()
export class AdmitRuns {
  constructor(
    private readonly config: Config,
    ticks: Ticks,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    if (!config.roles.has('dispatcher')) return;
    ticks.every('admit-runs', EVERY, (signal) => this.tick(signal));
    ticks.every('runs-without-job', MINUTE, () => this.enqueueAgain());
  }

  /**
   * Looks again at once as long as that finds something, and for a moment more: short runs end within it, and whoever
   * catches up has the next period ready.
   */
  async tick(signal?: AbortSignal): Promise<void> {
    const turn = startTurn(EVERY, signal);
    for (let pause = 0, any = false; turn.goesOn() && pause < EVERY;) {
      const { admitted, more } = await turn.look(() => this.look());
      any ||= admitted > 0;
      if (!(more || any)) return;
      pause = admitted > 0 && more ? 0 : Math.max(FIRST_PAUSE, pause * 2);
      if (pause > 0) await turn.rest(pause);
    }
  }

  /** One look. Any number of dispatchers may; one at a time admits. */
  async look(): Promise<AdmissionOutcome> {
    const now = await this.clock.now();
    return this.database.asDispatcher(async (stores) => {
      const { admission, jobs } = stores;
      if (!(await admission.lead())) return NOTHING;
      const kinds = await admission.kindsWaiting(now);
      if (kinds.length === 0) return NOTHING;
      const concurrency = await admission.concurrency(plus(now, -WORKER_ALIVE));
      const pool = { concurrency, places: concurrency * QUEUE_AHEAD };
      const { chosen, more } = await this.choose(stores, { kinds, pool, now });
      const admitted = await admission.admit(chosen, now);
      await jobs.enqueueRuns(admitted);
      return { admitted: admitted.length, more };
    });
  }

  /** Gives a new job to admitted runs that have lost theirs. */
  async enqueueAgain(): Promise<void> {
    const now = await this.clock.now();
    await this.database.asDispatcher(async ({ admission, jobs }) => {
      if (await admission.lead()) await jobs.enqueueRuns(await admission.withoutJob(plus(now, -LOST_AFTER)));
    });
  }

  private async choose(stores: DispatcherStores, { kinds, pool, now }: Look): Promise<Choice> {
    const active = await stores.admission.active();
    const taken = takenBy(active);
    const used = taken.lanes.regular + taken.lanes.backfill;
    const places = kinds.some((kind) => kind !== 'bulk') ? pool.places : pool.concurrency;
    if (used >= places) return { chosen: [], more: places > 0 };
    const full = fullLimits(active, taken, this.config.sourceLimits);
    const candidates = await this.candidates(stores, { kinds, pool, now, taken, full });
    const chosen = admit(candidates, pool, taken);
    return { chosen, more: candidates.length > 0 };
  }

  private async candidates({ admission, dispatch }: DispatcherStores, look: FullLook): Promise<readonly Candidate[]> {
    const { kinds, pool, now, taken, full } = look;
    // A run date that load has moved into quiet hours waits for their end as well.
    const quiet = clientsInQuietHours(await dispatch.quietHours(), now);
    const query = { now, most: pool.places, full, quiet, places: taken.clients };
    const waiting: WaitingRun[] = [];
    for (const kind of kinds)
      for (const lane of ['regular', 'backfill'] as const)
        waiting.push(...(await admission.waiting({ ...query, kind, lane })));
    const { sourceLimits } = this.config;
    return waiting.map((run) => Object.assign({ limits: limitsOf(run, sourceLimits) }, run));
  }
}

const NOTHING: AdmissionOutcome = { admitted: 0, more: false };

interface Look {
  readonly kinds: readonly AdmissionKind[];
  readonly pool: Pool;
  readonly now: Instant;
}

interface FullLook extends Look {
  readonly taken: Taken;
  readonly full: FullLimits;
}

interface Choice {
  readonly chosen: readonly Candidate[];
  readonly more: boolean;
}
