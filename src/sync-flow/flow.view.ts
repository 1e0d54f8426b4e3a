import { toIso } from '../domain/time/instant.js';
import type { FlowPeriod } from '../domain/flow/flow-period.js';
import type { ScheduleWarning } from '../domain/schedule/preview-warnings.js';
import type { SyncSchedule } from '../domain/schedule/sync-schedule.js';
import type { Run } from '../ports/runs.js';
import type { FlowDraft } from './flow-draft.js';
import { outcomeOfRun, recordsIn } from './flow-outcome.js';
import type { TellReason } from './tell-reasons.js';
import type { FlowPreview } from './flow-preview.js';

/** A configuration as the page is answered it. */
export function configurationView(models: readonly string[], schedule: SyncSchedule) {
  const { selectedFrequency, interval = null, startDate, syncHour, timeZone } = schedule;
  return { models, selectedFrequency, interval, startDate, syncHour, timeZone };
}

export const draftView = ({ models, schedule }: FlowDraft) => configurationView(models, schedule);

export const flowPeriodView = ({ start, dueDate, localDueDate, lengthHours, days, kind }: FlowPeriod) => ({
  start: toIso(start),
  dueDate: toIso(dueDate),
  localDueDate,
  lengthHours,
  days,
  kind,
});

const warningView = ({ kind, dueDate, message }: ScheduleWarning) => ({
  kind,
  dueDate: dueDate === null ? null : toIso(dueDate),
  message,
});

export const flowPreviewView = (
  { draft, periods, warnings, resentPeriods, fingerprint }: FlowPreview,
  usualDelay: number | null,
) => ({
  configuration: draftView(draft),
  periods: periods.map(flowPeriodView),
  warnings: warnings.map(warningView),
  resentPeriods,
  typicalDelayMinutes: usualDelay,
  fingerprint,
});

const isoOrNull = (at: Run['startedAt']): string | null => (at === undefined ? null : toIso(at));

/** A run in the history of the page, with the reason of its end instead of what the source said. */
export const flowRunView = (run: Run, tell: TellReason) => ({
  id: run.id,
  start: isoOrNull(run.range.start),
  finish: toIso(run.range.finish),
  createdAt: toIso(run.createdAt),
  startedAt: isoOrNull(run.startedAt),
  finishedAt: isoOrNull(run.finishedAt),
  outcome: outcomeOfRun(run),
  records: recordsIn(run.progress),
  message: run.state === 'aborted' ? tell('aborted') : run.state === 'errored' ? tell(run.failure?.code ?? '') : null,
});
