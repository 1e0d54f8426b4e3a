import type { ActiveRuns, FullLimits } from '../domain/load/active-runs.js';
import type { AdmissionKind, Candidate } from '../domain/load/admission.js';
import type { Lane } from '../domain/load/lane.js';
import type { RunPlace } from '../domain/load/run-limits.js';
import type { Instant } from '../domain/time/instant.js';
import type { RunJob } from './job-queue.js';

/** A run that is wanted and waits to be admitted: one that was made, or a period whose run date is reached. */
export type WaitingRun = Omit<Candidate, 'limits'> & RunPlace;

/** Which of those that wait are looked for. */
export interface WaitingQuery {
  readonly kind: AdmissionKind;
  readonly lane: Lane;
  readonly now: Instant;
  /** How many at most. */
  readonly most: number;
  /** What may have none at present is left out before they are counted, so that nobody waits behind it. */
  readonly full: FullLimits;
  /** Clients for whom no run starts by itself at present. */
  readonly quiet: readonly string[];
  /** Places by client: who has fewer comes first. */
  readonly places: ReadonlyMap<string, number>;
}

/** What admission reads and writes, over all clients. */
export abstract class AdmissionStore {
  /** True for one dispatcher at a time, to the end of the transaction: what it counts, nobody else adds to. */
  abstract lead(): Promise<boolean>;
  /** Which kinds of runs wait. Whether one of them can be admitted is not looked at. */
  abstract kindsWaiting(now: Instant): Promise<readonly AdmissionKind[]>;
  /** Runs that live workers execute at the same time: those seen since then, without those that have stopped. */
  abstract concurrency(seenSince: Instant): Promise<number>;
  abstract active(): Promise<readonly ActiveRuns[]>;
  /** Those that wait, each client's in its order, of the clients whose turn is next. */
  abstract waiting(query: WaitingQuery): Promise<readonly WaitingRun[]>;
  /**
   * Marks the runs as admitted, makes those of the periods, and notes the turns of their clients. Whatever was aborted,
   * superseded or taken meanwhile is left out.
   */
  abstract admit(
    admitted: readonly Pick<Candidate, 'id' | 'clientId' | 'kind'>[],
    now: Instant,
  ): Promise<readonly RunJob[]>;
  /** Admitted runs made before `createdBefore` that are active and that no job stands for any more. */
  abstract withoutJob(createdBefore: Instant): Promise<readonly RunJob[]>;
}
