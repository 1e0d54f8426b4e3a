import type { Instant } from '../domain/instant.js';
import type { QuietHours } from '../domain/quiet-hours.js';
import type { DuePeriod, LoadCurve, RunAssignment } from '../domain/run-date.js';
import type { SyncSchedule } from '../domain/schedule.js';
import type { RunFailure } from '../domain/settlement.js';
import type { CatchUp } from '../domain/sync-period.js';
import type { TimeZone } from '../domain/zoned-time.js';
import type { Checkpoint } from './connector.js';
import type { RunJob } from './job-queue.js';
import type { Page, PageRequest } from './page.js';
import type { SealedSecret } from './secrets.js';
import type { NewPeriod, PeriodKind, SyncMode } from './syncs.js';

export type RunState = 'created' | 'running' | 'completed' | 'errored' | 'aborted';
export type RunTrigger = 'schedule' | 'latest' | 'range' | 'full' | 'retry' | 'bulk' | 'flow' | 'install';

/** Records counted so far, per model. */
export interface ModelProgress {
  readonly pages: number;
  readonly fetched: number;
  readonly created: number;
  readonly updated: number;
  readonly skipped: number;
  readonly deleted: number;
  /** Told by the source, when it tells. */
  readonly total?: number;
}
export type Progress = Readonly<Record<string, ModelProgress>>;

/** Where a run got to: the models that are done, and the place inside the one being read. */
export interface RunCheckpoint {
  readonly done: readonly string[];
  readonly model?: string;
  readonly at?: Checkpoint;
}

/** The span of source data a run reads, half-open. */
export interface RunRange {
  readonly start?: Instant;
  readonly finish: Instant;
}

/** One execution. */
export interface Run {
  readonly id: string;
  readonly syncId: string;
  readonly companyId: string;
  readonly connectionId: string;
  readonly periodId?: string;
  readonly trigger: RunTrigger;
  readonly actor?: Readonly<Record<string, unknown>>;
  readonly state: RunState;
  readonly mode: SyncMode;
  /** Absent: all models of the sync. */
  readonly models?: readonly string[];
  readonly force: boolean;
  /** Half-open; a full run has no start. */
  readonly range: RunRange;
  readonly dueDate?: Instant;
  readonly runDate?: Instant;
  readonly attempt: number;
  readonly progress: Progress;
  readonly statusCode?: number;
  readonly status?: string;
  readonly failure?: Pick<RunFailure, 'code' | 'class' | 'message'>;
  readonly errorMessage?: string;
  readonly errorDetails?: string;
  readonly abortRequestedAt?: Instant;
  /** When the period is tried again, while it waits for that. */
  readonly nextAttemptAt?: Instant;
  readonly createdAt: Instant;
  readonly startedAt?: Instant;
  readonly finishedAt?: Instant;
}

export interface RunFilter {
  readonly companyId?: string;
  readonly connectionId?: string;
  readonly syncId?: string;
  readonly state?: RunState;
}

/** A run asked for by a caller, to be executed at once. */
export interface NewRun {
  readonly id: string;
  readonly syncId: string;
  readonly trigger: RunTrigger;
  readonly actor?: Readonly<Record<string, unknown>>;
  readonly mode: SyncMode;
  readonly models?: readonly string[];
  readonly force: boolean;
  readonly range: RunRange;
  /** The period the run fills; absent when it claims no coverage. */
  readonly period?: NewPeriod;
}

/** The token that fences a run: whoever holds it may write, and a new holder makes the old one void. */
export interface Ownership {
  readonly runId: string;
  readonly token: string;
}

/** A run that this process has taken, with what it needs to pull. */
export interface StartedRun {
  readonly run: Run;
  readonly progressed: boolean;
  readonly checkpoint: RunCheckpoint;
  readonly syncModels?: readonly string[];
  readonly syncMode: SyncMode;
  /** ISO 8601. */
  readonly lookback?: string;
  /** Of the schedule, for the calendar parts of the lookback. */
  readonly timeZone?: TimeZone;
  readonly connection: {
    readonly platform: string;
    readonly state: string;
    readonly settings: Readonly<Record<string, unknown>>;
    readonly credentials?: SealedSecret;
  };
}

export type SaveProgress = 'saved' | 'abort_requested' | 'lost';

/** Runs of one client. */
export abstract class RunStore {
  abstract find(runId: string): Promise<Run | undefined>;
  /** Newest first. */
  abstract list(filter: RunFilter, page: PageRequest): Promise<Page<Run>>;
  /** Id of the run of a sync that is created or running. */
  abstract active(syncId: string): Promise<string | undefined>;
  /** Writes the run, and its period as queued. */
  abstract insert(run: NewRun, now: Instant): Promise<Run>;
  /** Takes the run, from whoever held it; undefined when it is finished or gone. */
  abstract start(owner: Ownership, now: Instant): Promise<StartedRun | undefined>;
  /** Saves how far the run got, if the token still holds; locks the run until the page is committed. */
  abstract saveProgress(owner: Ownership, checkpoint: RunCheckpoint, progress: Progress): Promise<SaveProgress>;
  /** Asks the holder to stop; answers the state the run was in. */
  abstract requestAbort(runId: string, now: Instant): Promise<RunState | undefined>;
}

/** A planned period that is due soon, with what its run date depends on. */
export interface PeriodDueSoon extends Omit<DuePeriod, 'nextDueDate'> {
  readonly schedule: SyncSchedule;
}

export interface LiveProcess {
  readonly id: string;
  readonly roles: readonly string[];
  readonly workerConcurrency: number;
  readonly timeZoneData: string;
}

/** What a tick of the dispatcher reads and writes, over all clients. */
export abstract class DispatchStore {
  /** True for one dispatcher at a time, to the end of the transaction. Saves work; nothing depends on it. */
  abstract lead(): Promise<boolean>;
  /** Planned periods due before `horizon`, soonest first. */
  abstract dueSoon(horizon: Instant, limit: number): Promise<readonly PeriodDueSoon[]>;
  /** Seconds of work already booked per slot, from `from` on; work longer than a slot goes on in the next ones. */
  abstract booked(from: Instant, slot: Pick<LoadCurve, 'slotLength' | 'capacity'>): Promise<LoadCurve['booked']>;
  /** `clients` tells whose a period is. */
  abstract assign(assignments: readonly RunAssignment[], clients: ReadonlyMap<string, string>): Promise<number>;
  /** Seconds of work per second that live workers can do, and how much of it is taken. */
  abstract pool(seenSince: Instant): Promise<{ readonly concurrency: number; readonly admitted: number }>;
  /** Queues up to `room` periods whose run date is reached, in turn over clients but some, and creates their runs. */
  abstract admit(now: Instant, room: number, except: readonly string[]): Promise<readonly RunJob[]>;
  /** Clients that want no run to start at certain hours. */
  abstract quietHours(): Promise<ReadonlyMap<string, QuietHours>>;
  abstract seen(process: LiveProcess, now: Instant): Promise<void>;
  abstract forget(processId: string, seenBefore: Instant): Promise<void>;
  /** Which of these runs somebody asked to abort. */
  abstract abortRequested(runs: readonly RunJob[]): Promise<readonly string[]>;
}

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
  readonly consecutiveFailures: number;
  readonly averageRunSeconds?: number;
  readonly lastSequence: number;
  /** Present when the settlement stops the chain. */
  readonly stop?: { readonly state: 'disabled' | 'suspended'; readonly reason: string };
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
  }[];
  readonly planned: readonly (NewPeriod & { readonly clientId: string; readonly cost: number })[];
}

export abstract class SettlementStore {
  /** Runs whose token still holds, with their sync locked; a run that was taken over is left out. */
  abstract load(owners: readonly (Ownership & { readonly clientId: string })[]): Promise<readonly SettlementContext[]>;
  abstract save(rows: SettlementRows, now: Instant): Promise<void>;
}
