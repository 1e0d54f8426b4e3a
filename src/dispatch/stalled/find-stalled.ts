import { Injectable } from '@nestjs/common';
import { takenBy } from '../../domain/load/active-runs.js';
import { WORKER_ALIVE } from '../../domain/load/planning.js';
import { clientsInQuietHours } from '../../domain/load/quiet-hours.js';
import { MINUTE, plus, type Instant } from '../../domain/time/instant.js';
import { Config } from '../../platform/config.js';
import { Ticks } from '../../platform/ticks.js';
import { Clock } from '../../ports/clock.js';
import { Database } from '../../ports/database.js';
import type { StalledKind, StalledThresholds } from '../../ports/stalled.js';
import type { DispatcherStores } from '../../ports/stores.js';
import { StalledReport } from './stalled-report.js';

/** Run dates are given 10 minutes ahead, 10,000 a second: a million periods due at once have theirs in 100 s. */
const ASSIGNED_WITHIN = 5 * MINUTE;
/** Admission looks four times a second. Whoever has waited this long, with room in the pool, does not wait for load. */
const ADMITTED_WITHIN = 15 * MINUTE;
/** A run whose job is gone gets another one after 5 minutes, looked for every minute. */
const JOB_AGAIN_WITHIN = 10 * MINUTE;
/** Overdue runs are settled every second. */
const SETTLED_WITHIN = 5 * MINUTE;

const KINDS: readonly StalledKind[] = ['not_assigned', 'not_admitted', 'run_without_job', 'handler_past_deadline'];

/** Looks for work that stands still: sets going what it safely can, and tells of the rest, once. */
@Injectable()
export class FindStalled {
  constructor(
    config: Config,
    ticks: Ticks,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly report: StalledReport,
  ) {
    if (config.roles.has('dispatcher')) ticks.every('stalled-work', MINUTE, () => this.tick());
  }

  async tick(): Promise<void> {
    const now = await this.clock.now();
    const orphans = await this.database.asDispatcher(({ stalled }) => stalled.takeBackOrphans(now));
    this.report.setGoing('period_without_run', orphans);
    const found = await this.database.asDispatcher(async (stores) =>
      stores.stalled.find(await thresholds(stores, now)),
    );
    for (const kind of KINDS)
      this.report.stalled(
        kind,
        found.filter((one) => one.kind === kind),
      );
  }
}

async function thresholds({ admission, dispatch }: DispatcherStores, now: Instant): Promise<StalledThresholds> {
  const concurrency = await admission.concurrency(plus(now, -WORKER_ALIVE));
  const { lanes } = takenBy(await admission.active());
  return {
    dueBefore: plus(now, -ASSIGNED_WITHIN),
    runDateBefore: plus(now, -ADMITTED_WITHIN),
    startedBefore: plus(now, -JOB_AGAIN_WITHIN),
    awaitedBefore: plus(now, -SETTLED_WITHIN),
    quiet: clientsInQuietHours(await dispatch.quietHours(), now),
    hasRoom: lanes.regular + lanes.backfill < concurrency,
  };
}
