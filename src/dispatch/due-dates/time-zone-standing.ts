import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { WORKER_ALIVE } from '../../domain/load/planning.js';
import { isOlderThan } from '../../domain/time/time-zone-release.js';
import { SECOND, plus, type Instant } from '../../domain/time/instant.js';
import { Metrics } from '../../platform/metrics.js';
import { Readiness } from '../../platform/readiness.js';
import { Ticks } from '../../platform/ticks.js';
import { TimeZoneData } from '../../platform/time-zone-data.js';
import { Clock } from '../../ports/clock.js';
import { Database } from '../../ports/database.js';
import type { LiveTimeZoneData } from '../../ports/due-dates.js';
import type { DispatcherStores } from '../../ports/stores.js';

/**
 * How the time zone data of this process compare with those of the others. While a dispatcher with newer data is
 * alive, this one plans nothing: older data never overwrite newer. Whoever settles a run or edits a schedule does not
 * stop for it, since each due date is written with the version it comes from, and the newer dispatcher corrects it
 * within seconds; a worker that stopped would leave all of its runs unsettled.
 */
@Injectable()
export class TimeZoneStanding {
  /** The newest version among live dispatchers, where it is newer than our own, when last looked at. */
  private newer?: string;

  constructor(
    private readonly timeZoneData: TimeZoneData,
    private readonly database: Database,
    private readonly clock: Clock,
    ticks: Ticks,
    { registry }: Metrics,
    readiness: Readiness,
  ) {
    ticks.every('time-zone-standing', 10 * SECOND, () => this.look());
    // Told, not failed: while an upgrade rolls, the processes it has not reached yet must stay in rotation.
    readiness.add('timeZoneData', async () => this.detail());
    const isOutdated = () => Number(this.newer !== undefined);
    registry.registerMetric(
      new Gauge({
        name: 'meridian_time_zone_data_outdated',
        help: '1 while a live dispatcher has newer time zone data than this process.',
        registers: [],
        collect() {
          this.set(isOutdated());
        },
      }),
    );
  }

  /** Whether a live dispatcher has newer data than this process. */
  async isOutdated({ dueDates }: DispatcherStores, now: Instant): Promise<boolean> {
    this.newer = newest(await dueDates.live(plus(now, -WORKER_ALIVE)), this.timeZoneData.version);
    return this.newer !== undefined;
  }

  private async look(): Promise<void> {
    const now = await this.clock.now();
    await this.database.asDispatcher((stores) => this.isOutdated(stores, now));
  }

  private detail(): string | undefined {
    if (this.newer === undefined) return undefined;
    return `This process has tzdata ${this.timeZoneData.version}, a dispatcher has ${this.newer}: update Node here.`;
  }
}

function newest(live: readonly LiveTimeZoneData[], than: string): string | undefined {
  const versions = live.filter(({ dispatches }) => dispatches).map(({ version }) => version);
  const found = versions.reduce((a, b) => (isOlderThan(a, b) ? b : a), than);
  return found === than ? undefined : found;
}
