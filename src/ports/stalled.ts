import type { CatchUp, Chain } from '../domain/chain/sync-period.js';
import type { SyncSchedule } from '../domain/schedule/schedule.js';
import type { Instant } from '../domain/time/instant.js';

/** What must not be, and would be so until somebody looked. */
export type StalledKind =
  /** A sync that is on has nothing planned and nothing running: it would never run again. */
  | 'no_open_period'
  /** A period is in the hands of a run that is over or gone: nobody will settle it. */
  | 'period_without_run'
  /** A due date has passed, and there is no run date. */
  | 'not_assigned'
  /** A run date has passed while the pool has room and the client has nothing running. */
  | 'not_admitted'
  /** A run has begun, and neither a job nor an awaited answer stands for it. */
  | 'run_without_job'
  /** A handler's time is up, and its run has not been settled. */
  | 'handler_past_deadline';

export interface Stalled {
  readonly kind: StalledKind;
  readonly clientId: string;
  readonly syncId: string;
  /** Of the sync, the period or the run. */
  readonly id: string;
  /** When it should have gone on. */
  readonly since: Instant;
}

/** A sync of one client, in the order of the clients and their syncs. */
export interface SyncKey {
  readonly clientId: string;
  readonly syncId: string;
}

/** A chain without an open period, its sync locked. */
export interface UnplannedChain extends SyncKey {
  readonly schedule: SyncSchedule;
  readonly chain: Chain;
  readonly configuredAt?: Instant;
  readonly catchUp: CatchUp;
  readonly averageRunSeconds?: number;
}

/** What stalled work is measured by. */
export interface StalledThresholds {
  readonly dueBefore: Instant;
  readonly runDateBefore: Instant;
  readonly startedBefore: Instant;
  readonly awaitedBefore: Instant;
  /** Clients whose work waits on purpose. */
  readonly quiet: readonly string[];
  /** Whether the pool could take more than it has. */
  readonly hasRoom: boolean;
}

/** Looks for what stands still, over all clients. */
export abstract class StalledStore {
  /** The sync that a page of syncs after another ends with; undefined where the page reaches the last. */
  abstract pageEnd(after: SyncKey, limit: number): Promise<SyncKey | undefined>;
  /** Of the syncs after one, up to another or to the last, those that are on and have nothing open. */
  abstract unplanned(after: SyncKey, upTo: SyncKey | undefined): Promise<readonly SyncKey[]>;
  /** Those of them that are still so once they are locked; what somebody else holds right now is left out. */
  abstract lockUnplanned(syncs: readonly SyncKey[]): Promise<readonly UnplannedChain[]>;
  /** Takes periods back whose run is over or gone, so that they are admitted again; answers them. */
  abstract takeBackOrphans(now: Instant): Promise<readonly Stalled[]>;
  /** Work that has stood still for longer than its threshold; a hundred of each kind at most. */
  abstract find(thresholds: StalledThresholds): Promise<readonly Stalled[]>;
}
