import { MINUTE, toIso } from '../domain/time/instant.js';
import { calendarDateAt, wallTimeKind } from '../domain/time/zoned-time.js';
import { isOnCalendar } from '../domain/schedule/due-date.js';
import type { PeriodWindow } from '../domain/chain/sync-period.js';
import type { DueDateChange } from '../ports/due-dates.js';
import type { PeriodKind, SyncPeriod } from '../ports/syncs.js';
import type { ExplainedMoment, SyncCoverage } from './read-ledger.js';
import { runDateSentence } from './run-date-sentence.js';
import { isoOrNull } from './sync-view.js';

const TRIGGERS: Readonly<Record<PeriodKind, string>> = { chain: 'schedule', latest: 'latest', range: 'range' };

/** A row of the ledger as the API answers it. */
export function periodView(period: SyncPeriod) {
  const { id, syncId, status, isInitial, recoveredDueDates } = period;
  return {
    id,
    syncId,
    status,
    isInitial,
    recoveredDueDates,
    start: toIso(period.start),
    dueDate: toIso(period.dueDate),
    runDate: isoOrNull(period.runDate),
    runDateReason: period.runDateReason ?? null,
    trigger: TRIGGERS[period.kind],
    attempts: period.attempt,
    runId: period.runId ?? null,
    startedAt: isoOrNull(period.startedAt),
    settledAt: isoOrNull(period.settledAt),
    createdAt: toIso(period.createdAt),
  };
}

export const dueDateChangeView = (change: DueDateChange) => ({
  id: change.id,
  syncId: change.syncId,
  periodId: change.periodId,
  reason: change.reason,
  timeZone: change.timeZone,
  isHeld: change.isHeld,
  previousDueDate: toIso(change.previousDueDate),
  dueDate: toIso(change.dueDate),
  previousTimeZoneDataVersion: change.previousTimeZoneData,
  timeZoneDataVersion: change.timeZoneData,
  changedAt: toIso(change.changedAt),
});

const timeRange = ({ start, dueDate }: PeriodWindow) => ({ start: toIso(start), finish: toIso(dueDate) });

export function coverageView({ syncId, coverage }: SyncCoverage) {
  if (!coverage) return { syncId, from: null, upTo: null, complete: true, gaps: [], overlaps: [], declaredGaps: [] };
  const { from, upTo, gaps, overlaps, declaredGaps } = coverage;
  return {
    syncId,
    from: toIso(from),
    upTo: toIso(upTo),
    complete: gaps.length === 0 && overlaps.length === 0,
    gaps: gaps.map(timeRange),
    overlaps: overlaps.map(timeRange),
    declaredGaps: declaredGaps.map(timeRange),
  };
}

/** Run slots begin on the minute. */
const SLOT_LENGTH = MINUTE;

export function explanationView(moment: ExplainedMoment, timeZoneDataVersion: string) {
  const { at, localTime, latestDueDate, nextDueDate, localNextDueDate, schedule, period } = moment;
  const slot = period?.runDate === undefined ? null : period.runDate - (period.runDate % SLOT_LENGTH);
  return {
    at: toIso(at),
    localTime,
    offset: localTime.slice(-6),
    // Of the day asked about; the sentences speak of the day of the next due date.
    wallTime: isOnCalendar(schedule)
      ? wallTimeKind(calendarDateAt(at, schedule.timeZone), schedule.syncHour, schedule.timeZone)
      : null,
    latestDueDate: isoOrNull(latestDueDate),
    nextDueDate: toIso(nextDueDate),
    localNextDueDate,
    period: period === undefined ? null : periodView(period),
    slot: slot === null ? null : new Date(slot).toISOString(),
    explanation: [moment.explanation, period && runDateSentence(period, moment.limits)].filter(Boolean).join(' '),
    timeZoneDataVersion,
  };
}
