import type { PeriodWindow } from '../domain/chain/period.js';
import type { EventCompany } from '../domain/run/sync-event.js';
import type { Instant } from '../domain/time/instant.js';
import type { QuietHours } from '../domain/load/quiet-hours.js';
import type { DuePeriod, LoadCurve, RunAssignment } from '../domain/load/run-date.js';
import type { SyncSchedule } from '../domain/schedule/schedule.js';
import type { RunJob } from './job-queue.js';

/** A planned period that is due soon, with what its run date depends on. */
export interface PeriodDueSoon extends Omit<DuePeriod, 'nextDueDate'> {
  readonly schedule: SyncSchedule;
}

/** A run date, and what it needs to know of the period besides. */
export interface AssignedPeriod extends RunAssignment {
  readonly clientId: string;
  /** From then on the period is late. */
  readonly nextDueDate: Instant;
}

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
  /** Seconds of work already booked per slot, from `from` on; work longer than a slot goes on in the next ones. */
  abstract booked(from: Instant, slot: Pick<LoadCurve, 'slotLength' | 'capacity'>): Promise<LoadCurve['booked']>;
  abstract assign(assignments: readonly AssignedPeriod[]): Promise<number>;
  /** Open periods past their next due date, oldest first, each answered once; counts a message of their syncs. */
  abstract takeLate(now: Instant, limit: number): Promise<readonly LatePeriod[]>;
  /** Seconds of work per second that live workers can do, and how much of it is taken. */
  abstract pool(seenSince: Instant): Promise<{ readonly concurrency: number; readonly admitted: number }>;
  /** Queues up to `room` periods whose run date is reached, in turn over clients but some, and creates their runs. */
  abstract admit(now: Instant, room: number, except: readonly string[]): Promise<readonly RunJob[]>;
  /** Active runs made before `createdBefore` that no job stands for any more. */
  abstract withoutJob(createdBefore: Instant): Promise<readonly RunJob[]>;
  /** Clients that want no run to start at certain hours. */
  abstract quietHours(): Promise<ReadonlyMap<string, QuietHours>>;
  abstract seen(process: LiveProcess, now: Instant): Promise<void>;
  abstract forget(processId: string, seenBefore: Instant): Promise<void>;
  /** Which of these runs are to stop, and why. */
  abstract toStop(runs: readonly RunJob[]): Promise<readonly RunToStop[]>;
}
