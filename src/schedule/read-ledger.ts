import { Injectable } from '@nestjs/common';
import { coverage, type Coverage } from '../domain/chain/coverage.js';
import { explain, type Explanation } from '../domain/schedule/explain.js';
import type { Instant } from '../domain/time/instant.js';
import { notFound } from '../domain/problem.js';
import type { SyncSchedule } from '../domain/schedule/schedule.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import type { Page, PageRequest } from '../ports/page.js';
import type { PeriodFilter, SyncPeriod } from '../ports/syncs.js';

/** What is covered; nothing can be said of a sync without a schedule. */
export type SyncCoverage = { readonly syncId: string; readonly coverage?: Coverage };

export interface ExplainedMoment extends Explanation {
  readonly schedule: SyncSchedule;
  readonly period?: SyncPeriod;
}

/** The ledger of one sync: its periods, the proof that nothing is missing, and what a moment means to it. */
@Injectable()
export class ReadLedger {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Throws 404. */
  async periods(query: {
    readonly clientId: string;
    readonly syncId: string;
    readonly filter: PeriodFilter;
    readonly page: PageRequest;
  }): Promise<Page<SyncPeriod>> {
    const { clientId, syncId, filter, page } = query;
    return this.database.asClient(clientId, async ({ syncs, periods }) => {
      if (!(await syncs.find(syncId))) throw notFound();
      return periods.list(syncId, filter, page);
    });
  }

  /** Throws 404. */
  async coverage(clientId: string, syncId: string): Promise<SyncCoverage> {
    return this.database.asClient(clientId, async ({ syncs, periods }) => {
      const sync = await syncs.find(syncId);
      if (!sync) throw notFound();
      if (sync.chainStart === undefined) return { syncId };
      return { syncId, coverage: coverage(await periods.covered(syncId), sync.chainStart) };
    });
  }

  /** What `at`, or now, means to the schedule. Throws 404, also for a sync without a schedule. */
  async explain(clientId: string, syncId: string, at: Instant | undefined): Promise<ExplainedMoment> {
    const moment = at ?? (await this.clock.now());
    return this.database.asClient(clientId, async ({ syncs, periods }) => {
      const schedule = (await syncs.find(syncId))?.schedule;
      if (!schedule) throw notFound();
      return { ...explain({ schedule, at: moment }), schedule, period: await periods.holding(syncId, moment) };
    });
  }
}
