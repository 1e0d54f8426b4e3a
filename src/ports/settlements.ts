import type { DisabledReason } from '../domain/events/disabled-event.js';
import type { Instant } from '../domain/time/instant.js';
import type { SyncSchedule } from '../domain/schedule/schedule.js';
import type { RunFailure } from '../domain/run/settlement.js';
import type { CatchUp } from '../domain/chain/sync-period.js';
import type { Ownership, Progress, Run } from './runs.js';
import type { NewPeriod, PeriodKind, ReadWindow, WatermarkAt } from './syncs.js';
import type { ConnectionState } from './tenancy.js';

/** Everything a settlement decides from, locked to the end of the transaction. */
export interface SettlementContext {
  readonly clientId: string;
  readonly run: Run;
  readonly progressed: boolean;
  readonly token: string;
  readonly company: {
    readonly id: string;
    readonly name: string;
    readonly reference?: string;
    readonly tags: Readonly<Record<string, string>>;
  };
  readonly sync: {
    readonly id: string;
    readonly enabled: boolean;
    readonly state: string;
    readonly schedule?: SyncSchedule;
    readonly configuredAt?: Instant;
    readonly chainStart?: Instant;
    readonly watermark?: Instant;
    readonly readWindow: ReadWindow;
    readonly watermarkAt: WatermarkAt;
    readonly consecutiveFailures: number;
    readonly averageRunSeconds?: number;
    readonly lastSequence: number;
  };
  readonly period?: {
    readonly id: string;
    readonly kind: PeriodKind;
    readonly start: Instant;
    readonly dueDate: Instant;
    readonly heldDueDate?: Instant;
    readonly isInitial: boolean;
    readonly recoveredDueDates: number;
    readonly attemptsInARow: number;
    readonly attemptsWithProgress: number;
  };
  readonly connection: { readonly platform: string; readonly state: ConnectionState; readonly editedAt: Instant };
  /** The newest number of the change feed when the first attempt began. */
  readonly feedFrom?: number;
  readonly catchUp: CatchUp;
  readonly disableAfterFailures: number;
}

/** A run's end, as rows. */
export interface SettledRun {
  readonly clientId: string;
  readonly runId: string;
  readonly state: 'completed' | 'errored' | 'aborted';
  readonly statusCode: number;
  readonly status: string;
  readonly failure?: RunFailure;
  readonly errorMessage?: string;
  readonly errorDetails?: string;
  readonly progress: Progress;
  /** A part of its changes is left for the next run to announce. */
  readonly partial: boolean;
  /** When the source had been listed to the end. */
  readonly listedAt?: Instant;
  /** SHA-256 in hexadecimal of the report that ended it, where one did. */
  readonly reportDigest?: string;
}

export type PeriodSettlement =
  | { readonly status: 'succeeded' | 'failed' }
  | {
      readonly status: 'assigned';
      readonly runDate: Instant;
      readonly runDateReason: string;
      readonly attempt: number;
      readonly attemptsInARow: number;
      readonly attemptsWithProgress: number;
    };

export interface SettledPeriod {
  readonly clientId: string;
  readonly periodId: string;
  readonly settlement: PeriodSettlement;
}

export interface SettledSync {
  readonly clientId: string;
  readonly syncId: string;
  readonly watermark?: Instant;
  /** How far the run has read, null for its due date; with it, where to read from is forgotten. Absent leaves both. */
  readonly readTo?: Instant | null;
  readonly consecutiveFailures: number;
  readonly averageRunSeconds?: number;
  readonly lastSequence: number;
  /** Another failed due date or so, and the client is to know that the sync will be disabled. */
  readonly warn?: boolean;
  /** Present when the settlement stops the chain. */
  readonly stop?: { readonly state: 'disabled' | 'suspended'; readonly reason: DisabledReason };
}

/** What one transaction writes for any number of finished runs. */
export interface SettlementRows {
  readonly runs: readonly SettledRun[];
  readonly periods: readonly SettledPeriod[];
  readonly syncs: readonly SettledSync[];
  readonly deauthorized: readonly {
    readonly clientId: string;
    readonly connectionId: string;
    readonly reason: string;
    /** When it was last edited: one edited since is not judged by the run. */
    readonly editedAt: Instant;
  }[];
  /** Of connections, written or written anew. */
  readonly variables: readonly {
    readonly clientId: string;
    readonly connectionId: string;
    readonly name: string;
    readonly value: unknown;
  }[];
  readonly planned: readonly (NewPeriod & { readonly clientId: string; readonly cost: number })[];
}

export abstract class SettlementStore {
  /** Runs whose token still holds, with their sync locked; a run that was taken over is left out. */
  abstract load(owners: readonly (Ownership & { readonly clientId: string })[]): Promise<readonly SettlementContext[]>;
  abstract save(rows: SettlementRows, now: Instant): Promise<void>;
}
