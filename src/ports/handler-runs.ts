import type { Instant } from '../domain/time/instant.js';
import type { Checkpoint } from './connector.js';
import type { Ownership, Progress, Run, SaveProgress, StartedRun } from './runs.js';

/** A run whose executor is known by its token. */
export interface HandlerRun {
  readonly run: Run;
  readonly platform: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** However many heartbeats there are. */
  readonly deadline: Instant;
}

/** What a heartbeat tells. */
export interface Heartbeat {
  readonly progress: Progress;
  /** Absent: the one there is stays. */
  readonly checkpoint?: Checkpoint;
  /** Until when the next one, or an answer, must have come. */
  readonly awaitingUntil: Instant;
}

/** A run taken from its executor, with what it takes to tell it. */
export interface TakenBack extends Pick<StartedRun, 'run' | 'connection'> {
  /** The one its executor has. */
  readonly token: string;
}

/** Runs of one client that its own code executes. */
export abstract class HandlerRunStore {
  /** Readies a run of this process for handing over, with what has been counted; false when it was taken over. */
  abstract prepare(
    owner: Ownership,
    ready: { readonly deadline: Instant; readonly progress: Progress },
  ): Promise<boolean>;
  /** From now on no job stands for the run, until an answer or that instant. */
  abstract accept(owner: Ownership, awaitingUntil: Instant): Promise<SaveProgress>;
  /** The run that a token is good for, locked; undefined for any other token. */
  abstract hold(owner: Ownership): Promise<HandlerRun | undefined>;
  /** Of a run that was held before. One with a checkpoint not known yet is progress. */
  abstract heartbeat(runId: string, heartbeat: Heartbeat): Promise<void>;
  /** Takes an accepted run, whoever has it; undefined where nobody has. Left alone, it times out at once. */
  abstract takeBack(owner: Ownership, now: Instant): Promise<TakenBack | undefined>;
  /** Whether the run was ended by the report with this digest. */
  abstract wasEndedBy(runId: string, reportDigest: Buffer): Promise<boolean>;
}

/** An accepted run that is not to go on, taken from its executor. */
export interface OverdueRun extends Ownership {
  readonly clientId: string;
  readonly progress: Progress;
  /** Its time is up since the last heartbeat or in all; or somebody has decided that it is not to go on. */
  readonly because: 'silent' | 'pastDeadline' | 'aborted' | 'unlinked';
}

/** The same, over all clients. */
export abstract class OverdueRunStore {
  /** Takes accepted runs that are not to go on, longest overdue first; those somebody holds right now come next time. */
  abstract take(now: Instant, limit: number): Promise<readonly OverdueRun[]>;
}
