import type { RunOutcome, Settlement } from '../../domain/run/settlement.js';
import type { Instant } from '../../domain/time/instant.js';
import type { Progress } from '../../ports/runs.js';
import type { SettledSync, SettlementContext, SettlementRows } from '../../ports/settlements.js';

export interface FinishedRun {
  readonly context: SettlementContext;
  readonly outcome: RunOutcome;
  readonly progress: Progress;
  /** When the source had been listed to the end. */
  readonly listedAt?: Instant;
}

/** What a decision may not make itself: ids, chance, and which time zone data is in use. */
export interface Supplies {
  readonly periodId: string;
  readonly messageId: string;
  /** In [0, 1). */
  readonly jitter: number;
  readonly timeZoneData: string;
}

/** What has been decided so far. */
export interface Decided {
  readonly settlement: Settlement;
  readonly sync: SettledSync;
  readonly supplies: Supplies;
  readonly now: Instant;
}

export type Planned = SettlementRows['planned'][number];
