import type { PeriodWindow } from '../domain/chain/period.js';
import type { EventCompany } from '../domain/run/sync-event.js';
import type { Instant } from '../domain/time/instant.js';
import type { QuietHours } from '../domain/load/quiet-hours.js';
import type { LoadCurve } from '../domain/load/load-curve.js';
import type { PlannedRun } from '../domain/load/move-run-dates.js';
import type { DuePeriod } from '../domain/load/run-claim.js';
import type { RunAssignment } from '../domain/load/run-date.js';
import type { RunPlace, SourceLimits } from '../domain/load/run-limits.js';
import type { SyncSchedule } from '../domain/schedule/schedule.js';
import type { RunJob } from './job-queue.js';

/** A planned period that is due soon, with what its run date depends on. */
export interface PeriodDueSoon extends Omit<DuePeriod, 'nextDueDate' | 'limits' | 'cost'>, RunPlace {
  readonly schedule: SyncSchedule;
  /** Moving average of its sync; absent before a run of it has been measured. */
  readonly averageRunSeconds?: number;
}

/** What runs take, as far as it has been measured: the middle one of the syncs' averages, in seconds. */
export interface TypicalSeconds {
  readonly ofClients: ReadonlyMap<string, number>;
  /** Over all clients. */
  readonly ofAll?: number;
}

/** What bookings are told by. */
export interface BookedSlots extends Pick<LoadCurve, 'slotLength' | 'capacity'> {
  readonly sources: SourceLimits;
}

/** A run date, and what it needs to know of the period besides. */
export interface AssignedPeriod extends RunAssignment, Pick<RunPlace, 'clientId' | 'connectionId' | 'sourceHost'> {
  /** Seconds of work it was planned with. */
  readonly cost: number;
  readonly dueDate: Instant;
  /** From then on the period is late. */
  readonly nextDueDate: Instant;
}

export type MovedPeriod = Pick<AssignedPeriod, 'clientId' | 'id' | 'runDate' | 'reason'>;

/** A period that has a run date and has not begun. */
export type AssignedRun = Omit<PlannedRun, 'limits'> & RunPlace;

/** A period that has not succeeded by its next due date. */
export interface LatePeriod {
  readonly clientId: string;
  readonly id: string;
  readonly syncId: string;
  readonly connectionId: string;
  readonly company: EventCompany;
  /** Of the message that tells it. */
  readonly sequence: number;
  readonly window: PeriodWindow;
  readonly nextDueDate: Instant;
  readonly runDate?: Instant;
  readonly runId?: string;
  readonly attempt: number;
  readonly isInitial: boolean;
  readonly recoveredDueDates: number;
}

export interface LiveProcess {
  readonly id: string;
  readonly roles: readonly string[];
  readonly workerConcurrency: number;
  readonly timeZoneData: string;
}

/** A run that is to stop: somebody asked for it, its connection was unlinked, or it was deleted with its sync. */
export interface RunToStop {
  readonly runId: string;
  readonly because: 'abort_requested' | 'connection_unlinked' | 'deleted';
}

/** What a tick of the dispatcher reads and writes, over all clients. */
export abstract class DispatchStore {
  /** True for one dispatcher at a time, to the end of the transaction. Saves work; nothing depends on it. */
  abstract lead(): Promise<boolean>;
  /** Planned periods due before `horizon`, soonest first. */
  abstract dueSoon(horizon: Instant, limit: number): Promise<readonly PeriodDueSoon[]>;
  /** What the runs of these clients take, and of all, by a sample of the syncs of each. */
  abstract typicalSeconds(clientIds: readonly string[]): Promise<TypicalSeconds>;
  /** What is already booked from `from` on, by lane and by limit; work longer than a slot goes on in the next ones. */
  abstract booked(from: Instant, slots: BookedSlots): Promise<LoadCurve['booked']>;
  /** Periods whose run date is in one of these slots, each told by its start. */
  abstract assignedIn(slots: readonly number[], slotLength: number): Promise<readonly AssignedRun[]>;
  /** Moves run dates to later ones. */
  abstract move(moves: readonly MovedPeriod[]): Promise<number>;
  abstract assign(assignments: readonly AssignedPeriod[]): Promise<number>;
  /** Open periods past their next due date, oldest first, each answered once; counts a message of their syncs. */
  abstract takeLate(now: Instant, limit: number): Promise<readonly LatePeriod[]>;
  /** Clients that want no run to start at certain hours. */
  abstract quietHours(): Promise<ReadonlyMap<string, QuietHours>>;
  abstract seen(process: LiveProcess, now: Instant): Promise<void>;
  /** Notes that a process has stopped, and forgets those seen for the last time before `seenBefore`. */
  abstract stopped(processId: string, seenBefore: Instant, now: Instant): Promise<void>;
  /**
   * Runs that workers execute at the same time: those seen since `alive`, or those that were there at `before`, whichever
   * are more.
   */
  abstract concurrency(alive: Instant, before: Instant): Promise<number>;
  /** Runs that the workers executed at the same time that were there at an instant; 0 without any. */
  abstract concurrencyAt(instant: Instant): Promise<number>;
  /** The concurrency that run dates were last planned for; undefined before anything was. */
  abstract plannedFor(): Promise<number | undefined>;
  /** Notes it. */
  abstract planFor(concurrency: number, now: Instant): Promise<void>;
  /** Which of these runs are to stop, and why. */
  abstract toStop(runs: readonly RunJob[]): Promise<readonly RunToStop[]>;
}
