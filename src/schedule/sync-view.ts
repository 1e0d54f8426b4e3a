import { toIso, type Instant } from '../domain/time/instant.js';
import type { SyncSchedule } from '../domain/schedule/schedule.js';
import type { LastRun, OpenPeriod, SyncOverview } from '../ports/syncs.js';
import { SYNC_ONLY } from './sync-body.js';

export const isoOrNull = (at: Instant | undefined): string | null => (at === undefined ? null : toIso(at));

/** A sync as the API answers it. */
export function syncView({ sync, nextPeriod, lastRun }: SyncOverview) {
  const { id, companyId, connectionId, enabled, mode, state, consecutiveFailures, readWindow, watermarkAt } = sync;
  return {
    id,
    companyId,
    connectionId,
    enabled,
    mode,
    readWindow,
    watermarkAt,
    state,
    consecutiveFailures,
    name: sync.name ?? null,
    models: sync.syncOnly ? SYNC_ONLY : (sync.models ?? []),
    lookback: sync.lookback ?? null,
    changesPerRun: sync.changesPerRun ?? null,
    configured: sync.schedule !== undefined,
    schedule: sync.schedule === undefined ? null : scheduleView(sync.schedule),
    stateReason: sync.stateReason ?? null,
    watermark: isoOrNull(sync.watermark ?? sync.chainStart),
    lastRun: lastRun === undefined ? null : lastRunView(lastRun),
    nextPeriod: nextPeriod === undefined ? null : nextPeriodView(nextPeriod),
    createdAt: toIso(sync.createdAt),
    updatedAt: toIso(sync.updatedAt),
  };
}

/** A schedule alone, with every default filled in. */
export function scheduleView(schedule: SyncSchedule) {
  const { selectedFrequency, frequencyOptions, interval, startDate, syncHour, syncHourSource, timeZone } = schedule;
  return {
    selectedFrequency,
    frequencyOptions,
    startDate,
    syncHour,
    syncHourSource,
    timeZone,
    interval: interval ?? null,
  };
}

export const nextPeriodView = ({ id, start, dueDate, runDate, runDateReason, status }: OpenPeriod) => ({
  id,
  start: toIso(start),
  dueDate: toIso(dueDate),
  runDate: isoOrNull(runDate),
  runDateReason: runDateReason ?? null,
  status,
});

const lastRunView = (run: LastRun) => ({
  id: run.id,
  trigger: run.trigger,
  state: run.state,
  range: { start: isoOrNull(run.range.start), finish: toIso(run.range.finish) },
  startedAt: isoOrNull(run.startedAt),
  finishedAt: isoOrNull(run.finishedAt),
  records: run.records,
  statusCode: run.statusCode ?? null,
  status: run.status ?? null,
  errorMessage: run.errorMessage ?? null,
});
