import type { Instant } from '../domain/time/instant.js';
import type { Lane } from '../domain/load/lane.js';
import type { RecordFilter } from '../domain/run/record-filter.js';
import type { RunFailure } from '../domain/run/settlement.js';
import type { TimeZone } from '../domain/time/zoned-time.js';
import type { Snapshot } from './audits.js';
import type { Checkpoint } from './connector.js';
import type { Page, PageRequest } from './page.js';
import type { SealedSecret } from './secrets.js';
import type { NewPeriod, PeriodKind, ReadSettings, SyncMode } from './syncs.js';

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
  /** Missing records whose deletion somebody must approve; absent where there are none. */
  readonly held?: number;
  /** Changes left for the next run to announce; absent where there are none. */
  readonly deferred?: number;
  /** Told by the source, when it tells. */
  readonly total?: number;
  /** The model has been read to its end. */
  readonly done?: boolean;
}
export type Progress = Readonly<Record<string, ModelProgress>>;

/** Where a run got to: the models that are done, and the place inside the one being read. */
export interface RunCheckpoint {
  readonly done: readonly string[];
  readonly model?: string;
  readonly at?: Checkpoint;
  /** Of the model being read, where it is audited from its beginning. */
  readonly snapshot?: Snapshot;
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
  /** Absent: all models of the connection, or those that `syncOnly` tells. */
  readonly models?: readonly string[];
  /** Only the models whose changes the source does not announce. */
  readonly syncOnly: boolean;
  readonly filter: RecordFilter;
  readonly force: boolean;
  /** Half-open; a full run has no start. */
  readonly range: RunRange;
  /** The run it repeats. */
  readonly rerunOf?: string;
  /** The run whose completion made the caller ask for this one. */
  readonly causedBy?: string;
  /** Why it was asked for, in the caller's words. */
  readonly reason?: string;
  readonly dueDate?: Instant;
  readonly runDate?: Instant;
  readonly attempt: number;
  readonly progress: Progress;
  /** A part of its changes is left for the next run to announce. */
  readonly partial: boolean;
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
  readonly trigger?: RunTrigger;
}

/** A run that led to another, by being named as its cause. */
export interface RunCause {
  readonly id: string;
  readonly syncId: string;
}

/** A run asked for by a caller, to be admitted as soon as can be. */
export interface NewRun {
  readonly id: string;
  readonly syncId: string;
  readonly trigger: RunTrigger;
  readonly actor?: Readonly<Record<string, unknown>>;
  readonly mode: SyncMode;
  readonly models?: readonly string[];
  readonly syncOnly: boolean;
  readonly filter: RecordFilter;
  readonly force: boolean;
  readonly range: RunRange;
  readonly lane: Lane;
  readonly rerunOf?: string;
  readonly causedBy?: string;
  readonly reason?: string;
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
  /** Another worker had it before. */
  readonly takenOver: boolean;
  /** Earlier runs of the sync have left changes to be announced. */
  readonly hasPendingChanges: boolean;
  /** Of the period it fills; absent when it fills none. */
  readonly periodKind?: PeriodKind;
  readonly sync: ReadSettings;
  /** Of the schedule, for the calendar parts of the lookback and of the read window. */
  readonly timeZone?: TimeZone;
  readonly connection: {
    readonly platform: string;
    readonly state: string;
    readonly settings: Readonly<Record<string, unknown>>;
    readonly credentials?: SealedSecret;
    /** By name. */
    readonly variables: Readonly<Record<string, unknown>>;
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
  /** The run and what it goes back to by `causedBy`, nearest first; nothing where there is no such run. */
  abstract causes(runId: string): Promise<readonly RunCause[]>;
  /** Writes the run, and its period as queued. It is admitted once there is room. */
  abstract insert(run: NewRun, now: Instant): Promise<Run>;
  /** Takes the run, from whoever held it; undefined when it is finished or gone. */
  abstract start(owner: Ownership, now: Instant): Promise<StartedRun | undefined>;
  /** Locks the run until the transaction ends, if the token still holds. */
  abstract hold(owner: Ownership): Promise<boolean>;
  /** Saves how far the run got, if the token still holds; locks the run until the page is committed. */
  abstract saveProgress(owner: Ownership, checkpoint: RunCheckpoint, progress: Progress): Promise<SaveProgress>;
  /**
   * Makes the attempt that the period of a failed run waits for, under the id given and with the request to abort
   * it, and does not admit it. Undefined when the period waits for none. Its sync must be locked.
   */
  abstract insertNextAttempt(runId: string, attemptId: string, now: Instant): Promise<Run | undefined>;
  /** Asks the holder to stop; answers the state the run was in. */
  abstract requestAbort(runId: string, now: Instant): Promise<RunState | undefined>;
}
