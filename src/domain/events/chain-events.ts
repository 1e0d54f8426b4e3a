import type { PeriodWindow } from '../chain/period.js';
import type { SyncEvent } from '../run/sync-event.js';
import type { SyncSchedule } from '../schedule/sync-schedule.js';
import { toIso, type Instant } from '../time/instant.js';
import { syncData, type SyncFacts } from './sync-facts.js';

/** A period that has not succeeded by its next due date. */
export interface LateFacts extends SyncFacts {
  readonly at: Instant;
  readonly period: PeriodWindow;
  readonly runDate?: Instant;
  readonly nextDueDate: Instant;
  /** Its latest run. */
  readonly runId?: string;
  readonly attempt: number;
  readonly isInitial: boolean;
  readonly recoveredDueDates: number;
}

export function lateEventOf(facts: LateFacts): SyncEvent<object> {
  const { at, period, runDate, nextDueDate, runId, attempt, isInitial, recoveredDueDates } = facts;
  const data = {
    ...syncData(facts),
    period: { start: toIso(period.start), finish: toIso(period.dueDate) },
    dueDate: toIso(period.dueDate),
    runDate: runDate === undefined ? null : toIso(runDate),
    nextDueDate: toIso(nextDueDate),
    runId: runId ?? null,
    attempt,
    isInitial,
    recoveredDueDates,
  };
  return { type: 'sync.period.late', timestamp: toIso(at), data };
}

/** A sync got its schedule, or another one. */
export interface ScheduleFacts extends SyncFacts {
  readonly at: Instant;
  readonly enabled: boolean;
  readonly schedule: SyncSchedule;
  /** Absent where nothing is planned. */
  readonly next?: { readonly dueDate: Instant; readonly runDate?: Instant };
}

export function scheduleEventOf(facts: ScheduleFacts): SyncEvent<object> {
  const { at, enabled, schedule, next } = facts;
  const { selectedFrequency, frequencyOptions, interval, startDate, syncHour, syncHourSource, timeZone } = schedule;
  const data = {
    ...syncData(facts),
    enabled,
    schedule: {
      selectedFrequency,
      frequencyOptions,
      interval: interval ?? null,
      startDate,
      syncHour,
      syncHourSource,
      timeZone,
    },
    next: next ? { dueDate: toIso(next.dueDate), runDate: next.runDate ? toIso(next.runDate) : null } : null,
  };
  return { type: 'schedule.updated', timestamp: toIso(at), data };
}
