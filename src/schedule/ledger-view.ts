import { MINUTE, toIso } from '../domain/time/instant.js';
import { calendarDateAt, wallTimeKind } from '../domain/time/zoned-time.js';
import { isOnCalendar } from '../domain/schedule/due-date.js';
import type { PeriodWindow } from '../domain/chain/sync-period.js';
import type { PeriodKind, SyncPeriod } from '../ports/syncs.js';
import type { ExplainedMoment, SyncCoverage } from './read-ledger.js';
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
    explanation: [moment.explanation, period && runDateSentence(period)].filter(Boolean).join(' '),
    timeZoneDataVersion,
  };
}

const REASONS: Readonly<Record<string, string>> = {
  on_time: 'at its due date',
  spread: 'a little after its due date, so that equal due dates do not start together',
  capacity: 'in the first slot that had room',
  overload: 'in a slot beyond capacity, because every slot before the next due date was full',
  quiet_hours: 'when the quiet hours are over',
  catch_up: 'at once, because its due date had passed when it was planned',
  capacity_dropped: 'in a later slot than first given, because there are fewer workers now',
  retry: 'again, after an attempt that failed',
};

function runDateSentence({ runDate, runDateReason = '', dueDate, status }: SyncPeriod): string {
  if (runDate === undefined) return `The period up to ${toIso(dueDate)} has no run date yet.`;
  const reason = REASONS[runDateReason];
  const verb = status === 'assigned' || status === 'queued' ? 'runs' : 'ran';
  return `The period up to ${toIso(dueDate)} ${verb} at ${toIso(runDate)}${reason === undefined ? '' : `, ${reason}`}.`;
}
