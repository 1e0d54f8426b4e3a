import { toIso } from '../domain/time/instant.js';
import { notFound } from '../domain/problem.js';
import type { SyncOverview } from '../ports/syncs.js';
import type { PreviewedSchedule } from './preview-schedule.js';
import { nextPeriodView, scheduleView } from './sync-view.js';

/** A sync's schedule and what follows from it now. Throws 404 for a sync without one. */
export function syncScheduleView({ sync, nextPeriod }: SyncOverview, timeZoneDataVersion: string) {
  if (!sync.schedule) throw notFound();
  return {
    ...scheduleView(sync.schedule),
    firstPeriod: sync.watermark === undefined,
    nextPeriod: nextPeriod === undefined ? null : nextPeriodView(nextPeriod),
    timeZoneDataVersion,
    updatedAt: toIso(sync.configuredAt ?? sync.createdAt),
  };
}

export const previewView = ({ schedule, periods, warnings }: PreviewedSchedule, timeZoneDataVersion: string) => ({
  schedule: scheduleView(schedule),
  periods: periods.map(({ start, dueDate, localDueDate, lengthHours, kind }) => ({
    start: toIso(start),
    dueDate: toIso(dueDate),
    localDueDate,
    lengthHours,
    kind,
  })),
  warnings: warnings.map(({ kind, dueDate, message }) => ({
    kind,
    dueDate: dueDate === null ? null : toIso(dueDate),
    message,
  })),
  timeZoneDataVersion,
});
