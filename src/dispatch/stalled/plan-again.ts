import { Injectable } from '@nestjs/common';
import { chainPosition } from '../../domain/chain/period.js';
import { planNext } from '../../domain/chain/sync-period.js';
import { expectedCost } from '../../domain/load/expected-cost.js';
import { SECOND, type Instant } from '../../domain/time/instant.js';
import { Config } from '../../platform/config.js';
import { makeId } from '../../platform/new-id.js';
import { Ticks } from '../../platform/ticks.js';
import { TimeZoneData } from '../../platform/time-zone-data.js';
import { Clock } from '../../ports/clock.js';
import { Database } from '../../ports/database.js';
import type { SettlementRows } from '../../ports/settlements.js';
import type { Stalled, SyncKey, UnplannedChain } from '../../ports/stalled.js';
import type { DispatcherStores } from '../../ports/stores.js';
import { StalledReport } from './stalled-report.js';
import { TimeZoneStanding } from '../due-dates/time-zone-standing.js';

/**
 * Syncs looked at in one turn: 50 to 90 ms on a busy machine. The next turn goes on behind them, so a turn costs the same however many syncs
 * there are; 10,000 are looked through every 10 seconds, a million in 17 minutes.
 */
const PAGE = 10_000;
/** Before every client. */
const FIRST: SyncKey = { clientId: '', syncId: '' };

/**
 * Finds syncs that are on and have nothing planned, and plans them again from their chain. Settlements and edits plan
 * in the transaction that closes a period, so this finds something only where rows were lost; but then nobody else
 * would ever look at that sync again.
 */
@Injectable()
export class PlanAgain {
  private after = FIRST;

  constructor(
    config: Config,
    ticks: Ticks,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly timeZoneData: TimeZoneData,
    private readonly standing: TimeZoneStanding,
    private readonly report: StalledReport,
  ) {
    if (config.roles.has('dispatcher')) ticks.every('unplanned-syncs', 10 * SECOND, () => this.tick());
  }

  /** Looks through the next page of syncs; after the last it begins again. */
  async tick(): Promise<void> {
    const now = await this.clock.now();
    const { upTo, planned } = await this.database.asDispatcher(async (stores) => {
      const end = await stores.stalled.pageEnd(this.after, PAGE);
      const found = await stores.stalled.unplanned(this.after, end);
      return { upTo: end, planned: found.length > 0 ? await this.planAll(stores, found, now) : [] };
    });
    this.after = upTo ?? FIRST;
    this.report.setGoing('no_open_period', planned);
  }

  private async planAll(
    stores: DispatcherStores,
    syncs: readonly SyncKey[],
    now: Instant,
  ): Promise<readonly Stalled[]> {
    if (await this.standing.isOutdated(stores, now)) return [];
    const chains = await stores.stalled.lockUnplanned(syncs);
    const planned = chains.map((chain) => this.periodOf(chain, now));
    await stores.settlements.save({ ...NOTHING, planned }, now);
    return chains.map(({ clientId, syncId, chain }) => ({
      kind: 'no_open_period',
      clientId,
      syncId,
      id: syncId,
      since: chainPosition(chain),
    }));
  }

  private periodOf(chain: UnplannedChain, now: Instant): SettlementRows['planned'][number] {
    const { clientId, syncId, averageRunSeconds, ...plan } = chain;
    return {
      clientId,
      syncId,
      id: makeId('per', now),
      kind: 'chain',
      window: planNext({ ...plan, now }),
      timeZoneData: this.timeZoneData.version,
      cost: expectedCost({ own: averageRunSeconds }),
    };
  }
}

const NOTHING: SettlementRows = { runs: [], periods: [], syncs: [], deauthorized: [], variables: [], planned: [] };
