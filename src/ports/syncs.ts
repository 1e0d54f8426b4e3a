import type { CoveredPeriod } from '../domain/chain/coverage.js';
import type { ReadWindow } from '../domain/chain/read-window.js';
import type { Reading, WatermarkAt } from '../domain/chain/reading.js';
import type { Instant } from '../domain/time/instant.js';
import type { SyncSchedule } from '../domain/schedule/schedule.js';
import type { CatchUp, Chain, PeriodStatus, PeriodWindow, PlannedWindow } from '../domain/chain/sync-period.js';
import type { Page, PageRequest } from './page.js';

export type SyncMode = 'auto' | 'incremental' | 'audit' | 'full';
export type SyncState = 'unscheduled' | 'active' | 'disabled' | 'suspended';
export type { ReadWindow } from '../domain/chain/read-window.js';
export type { WatermarkAt } from '../domain/chain/reading.js';
export type PeriodKind = 'chain' | 'latest' | 'range';

/** What a sync reads, and how. None of it changes a period. */
export interface ReadSettings extends Reading {
  /** Absent: all models of the connection, or those that `syncOnly` tells. */
  readonly models?: readonly string[];
  /** Only the models whose changes the source does not announce, whichever they are. */
  readonly syncOnly: boolean;
  readonly mode: SyncMode;
  /** ISO 8601 duration that widens the read, never the period. */
  readonly lookback?: string;
  readonly readWindow: ReadWindow;
  /** Most changes one run announces; absent: all of them. */
  readonly changesPerRun?: number;
}

/** What is pulled on a schedule from one connection: the owner of one chain of periods. */
export interface Sync extends ReadSettings {
  readonly id: string;
  readonly connectionId: string;
  readonly companyId: string;
  readonly name?: string;
  readonly enabled: boolean;
  readonly state: SyncState;
  readonly stateReason?: string;
  readonly schedule?: SyncSchedule;
  /** Start of the first period; present with the schedule. */
  readonly chainStart?: Instant;
  /** Last successful due date. */
  readonly watermark?: Instant;
  readonly consecutiveFailures: number;
  /** When the schedule last changed or the sync was last enabled: the next-day rule counts from then. */
  readonly configuredAt?: Instant;
  /** Raised by every edit, of the schedule too. */
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** A row of the ledger. */
export interface SyncPeriod {
  readonly id: string;
  readonly syncId: string;
  readonly kind: PeriodKind;
  readonly status: PeriodStatus;
  readonly start: Instant;
  readonly dueDate: Instant;
  /** The planned due date this manual period put aside. */
  readonly heldDueDate?: Instant;
  readonly runDate?: Instant;
  readonly runDateReason?: string;
  readonly isInitial: boolean;
  readonly recoveredDueDates: number;
  readonly attempt: number;
  /** Its latest run. */
  readonly runId?: string;
  /** When that run started; told where the ledger is read. */
  readonly startedAt?: Instant;
  readonly createdAt: Instant;
  readonly settledAt?: Instant;
}

export type OpenPeriod = SyncPeriod & { readonly status: 'planned' | 'assigned' | 'queued' | 'running' };

/** The run of a sync that finished last, in short. */
export interface LastRun {
  readonly id: string;
  readonly trigger: string;
  readonly state: string;
  /** Without a start where everything was read. */
  readonly range: { readonly start?: Instant; readonly finish: Instant };
  /** Records fetched over all models. */
  readonly records: number;
  readonly statusCode?: number;
  readonly status?: string;
  readonly errorMessage?: string;
  readonly startedAt?: Instant;
  readonly finishedAt?: Instant;
}

/** A sync with what comes next and what came last. */
export interface SyncOverview {
  readonly sync: Sync;
  readonly nextPeriod?: OpenPeriod;
  readonly lastRun?: LastRun;
}

/** A sync whose row is locked: the sync's mutex, held to the end of the transaction. */
export interface LockedChain {
  readonly sync: Sync;
  readonly open?: OpenPeriod;
  readonly catchUp: CatchUp;
}

export interface NewSync extends Omit<ReadSettings, 'readFrom' | 'readTo'> {
  readonly id: string;
  readonly connectionId: string;
  readonly name?: string;
  readonly enabled: boolean;
}

/** Null empties, absent leaves. */
export interface SyncChange {
  readonly name?: string | null;
  readonly models?: readonly string[] | null;
  readonly syncOnly?: boolean;
  readonly mode?: SyncMode;
  readonly lookback?: string | null;
  readonly readWindow?: ReadWindow;
  readonly watermarkAt?: WatermarkAt;
  readonly readFrom?: Instant | null;
  readonly changesPerRun?: number | null;
  readonly enabled?: boolean;
  readonly state?: SyncState;
  readonly stateReason?: string | null;
  readonly consecutiveFailures?: number;
}

export interface SavedSchedule {
  readonly schedule: SyncSchedule;
  /** Where the chain stands under it. */
  readonly chain: Chain;
  readonly configuredAt: Instant;
}

export interface SyncFilter {
  readonly connectionId?: string;
  readonly companyId?: string;
  readonly state?: SyncState;
}

/** Which syncs somebody means: those that fit every member. */
export interface SyncSelection {
  readonly syncIds?: readonly string[];
  readonly connectionIds?: readonly string[];
  readonly companyIds?: readonly string[];
  readonly platform?: string;
  /** Of the company; it has them all. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** A period to be put into the ledger as planned, or, for a manual run, as assigned to start at once. */
export interface NewPeriod {
  readonly id: string;
  readonly syncId: string;
  readonly kind: PeriodKind;
  readonly window: PlannedWindow;
  readonly heldDueDate?: Instant;
  /** Present for a manual run. */
  readonly runDate?: Instant;
  readonly runDateReason?: string;
  /** Version of the time zone data the due date was computed with. */
  readonly timeZoneData: string;
}

export abstract class SyncStore {
  /** Undefined when the connection is gone. */
  abstract insert(sync: NewSync, now: Instant): Promise<Sync | undefined>;
  abstract find(syncId: string): Promise<Sync | undefined>;
  abstract overview(syncId: string): Promise<SyncOverview | undefined>;
  /** Oldest first; one statement, however long the page. */
  abstract list(filter: SyncFilter, page: PageRequest): Promise<Page<SyncOverview>>;
  /** Ids in order, after one. Those of `syncIds` that the client does not have are among them. */
  abstract matching(selection: SyncSelection, page: PageRequest): Promise<Page<string>>;
  /** Every sync of a connection, in the order in which they are to be locked. */
  abstract ofConnection(connectionId: string): Promise<readonly Sync[]>;
  /** Locks the sync, and its open period, to the end of the transaction. */
  abstract lockChain(syncId: string): Promise<LockedChain | undefined>;
  /** Writes the change and raises the version. */
  abstract update(syncId: string, change: SyncChange, now: Instant): Promise<Sync>;
  /**
   * Saves the schedule and raises the version. A sync without one so far becomes active, or disabled. A chain that
   * begins anew reads from its start.
   */
  abstract saveSchedule(syncId: string, saved: SavedSchedule, now: Instant): Promise<Sync>;
  /** Counts messages of a locked sync; answers the number of the last. */
  abstract countMessages(syncId: string, count: number): Promise<number>;
  abstract delete(syncId: string): Promise<boolean>;
}

export interface PeriodFilter {
  readonly status?: PeriodStatus;
}

export abstract class PeriodStore {
  abstract plan(period: NewPeriod, now: Instant): Promise<SyncPeriod>;
  /** Supersedes the open period of the sync unless it is running; answers how many (0 or 1). */
  abstract supersedeOpen(syncId: string, now: Instant): Promise<number>;
  /** Supersedes an open period and plans the same span anew: what was read for it so far counts no more. */
  abstract startOver(open: OpenPeriod, id: string, now: Instant): Promise<void>;
  abstract open(syncIds: readonly string[]): Promise<readonly OpenPeriod[]>;
  /** Newest due date first. */
  abstract list(syncId: string, filter: PeriodFilter, page: PageRequest): Promise<Page<SyncPeriod>>;
  /** The period whose span holds an instant: a succeeded one before an open one before a failed one. */
  abstract holding(syncId: string, at: Instant): Promise<SyncPeriod | undefined>;
  /** Succeeded periods that touch `[start, finish)`, oldest first. */
  abstract succeeded(syncId: string, start: Instant, finish: Instant): Promise<readonly SyncPeriod[]>;
  /** What the newest succeeded period covers. */
  abstract newestSucceeded(syncId: string): Promise<PeriodWindow | undefined>;
  /** What the succeeded periods cover, oldest first; those that follow on from one another are joined into one. */
  abstract covered(syncId: string): Promise<readonly CoveredPeriod[]>;
}
