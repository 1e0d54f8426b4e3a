import { Injectable } from '@nestjs/common';
import { coverage, type Coverage } from '../domain/chain/coverage.js';
import { explain, type Explanation } from '../domain/schedule/explain.js';
import type { Instant } from '../domain/time/instant.js';
import { notFound } from '../domain/problem.js';
import type { SyncSchedule } from '../domain/schedule/schedule.js';
import { Config } from '../platform/config.js';
import { Clock } from '../ports/clock.js';
import { Database } from '../ports/database.js';
import type { DueDateChange } from '../ports/due-dates.js';
import type { Page, PageRequest } from '../ports/page.js';
import type { PeriodFilter, PeriodStore, SyncPeriod } from '../ports/syncs.js';
import type { ClientStore, Connection } from '../ports/tenancy.js';
import type { RunLimits } from './run-date-sentence.js';

/** What is covered; nothing can be said of a sync without a schedule. */
export type SyncCoverage = { readonly syncId: string; readonly coverage?: Coverage };

export interface ExplainedMoment extends Explanation {
  readonly schedule: SyncSchedule;
  /** The one whose span holds the moment, or the open one whose run is still to come. */
  readonly period?: SyncPeriod;
  readonly limits: RunLimits;
}

/** The ledger of one sync: its periods, the proof that nothing is missing, and what a moment means to it. */
@Injectable()
export class ReadLedger {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
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
  async dueDateChanges(query: {
    readonly clientId: string;
    readonly syncId: string;
    readonly page: PageRequest;
  }): Promise<Page<DueDateChange>> {
    const { clientId, syncId, page } = query;
    return this.database.asClient(clientId, async ({ syncs, dueDateChanges }) => {
      if (!(await syncs.find(syncId))) throw notFound();
      return dueDateChanges.list(syncId, page);
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
    return this.database.asClient(clientId, async ({ syncs, periods, connections, client }) => {
      const sync = await syncs.find(syncId);
      if (!sync?.schedule) throw notFound();
      const period = (await periods.holding(syncId, moment)) ?? (await openBeforeRun({ periods, syncId, moment }));
      const limits = await this.limitsOf(await connections.find(sync.connectionId), client);
      return { ...explain({ schedule: sync.schedule, at: moment }), schedule: sync.schedule, period, limits };
    });
  }

  private async limitsOf(connection: Connection | undefined, client: ClientStore): Promise<RunLimits> {
    const { sourceHost } = connection ?? {};
    const { most, exceptions } = this.config.sourceLimits;
    const { maxConcurrentRuns, quietHours } = await client.get();
    return {
      client: maxConcurrentRuns,
      quietHours,
      connection: connection?.maxConcurrentRuns,
      source: sourceHost === undefined ? undefined : (exceptions.get(sourceHost) ?? most),
      sourceHost,
    };
  }
}

interface Moment {
  readonly periods: PeriodStore;
  readonly syncId: string;
  readonly moment: Instant;
}

/** Between its due date and its run date, an open period is what a moment is about, though no longer in its span. */
async function openBeforeRun({ periods, syncId, moment }: Moment): Promise<SyncPeriod | undefined> {
  const open = await periods.open([syncId]);
  return open.find(({ dueDate, runDate }) => runDate !== undefined && dueDate <= moment && moment <= runDate);
}
