import type { PeriodStatus } from '../domain/chain/sync-period.js';
import type { ModelProgress, Progress, RunState } from '../ports/runs.js';

/** How a run ended, in a merchant's words. */
export type FlowOutcome = 'synced' | 'no_new_data' | 'failed' | 'retried' | 'running' | 'planned';

export interface Ended {
  readonly attempt: number;
  readonly progress: Progress;
}

/** Records read, over all models. */
export const recordsIn = (progress: Progress): number => sum(progress, ({ fetched }) => fetched);

const changesIn = (progress: Progress): number =>
  sum(
    progress,
    ({ created, updated, deleted, deferred = 0, held = 0 }) => created + updated + deleted + deferred + held,
  );

const sum = (progress: Progress, figure: (model: ModelProgress) => number): number =>
  Object.values(progress).reduce((total, model) => total + figure(model), 0);

/** `retried` came through after a failed attempt; else no change at all is no new data. */
function successOf({ attempt, progress }: Ended): FlowOutcome {
  if (attempt > 1) return 'retried';
  return changesIn(progress) === 0 ? 'no_new_data' : 'synced';
}

export function outcomeOfPeriod(period: Ended & { readonly status: PeriodStatus }): FlowOutcome {
  if (period.status === 'succeeded') return successOf(period);
  if (period.status === 'failed' || period.status === 'superseded') return 'failed';
  return period.status === 'running' ? 'running' : 'planned';
}

export function outcomeOfRun(run: Ended & { readonly state: RunState }): FlowOutcome {
  if (run.state === 'completed') return successOf(run);
  if (run.state === 'errored' || run.state === 'aborted') return 'failed';
  return run.state === 'running' ? 'running' : 'planned';
}

/** How much of a run is done, 0 to 1; undefined where no source tells a total. `models`: how many it reads. */
export function fractionOf(progress: Progress, models: number): number | undefined {
  const parts = Object.values(progress).map(partOf);
  if (parts.every((part) => part === undefined)) return undefined;
  const done = parts.reduce<number>((total, part) => total + (part ?? 0), 0);
  return Math.min(1, Math.round((done / Math.max(models, parts.length)) * 1000) / 1000);
}

function partOf({ done, total, fetched }: ModelProgress): number | undefined {
  if (done === true) return 1;
  if (total === undefined) return undefined;
  return total === 0 ? 1 : Math.min(1, fetched / total);
}
