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
  /** Another worker had it before, and time may have passed in which nobody did. */
  readonly takenOver?: boolean;
  readonly reported?: Reported;
}

/** A run that was executed outside, as its settlement needs to know of it. */
export interface Reported {
  /** SHA-256 in hexadecimal of the report that ends it; absent where its time ran out. */
  readonly digest?: string;
  /** Of the connection, by name. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** What a decision may not make itself: ids, chance, and which time zone data is in use. */
export interface Supplies {
  readonly periodId: string;
  readonly messageId: () => string;
  /** The cursor that reads a connection's change feed from a number on. */
  readonly feedCursor: (clientId: string, connectionId: string, after: number) => string;
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
