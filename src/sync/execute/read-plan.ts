import { parseDuration, subtractDuration } from '../../domain/time/duration.js';
import { parseTimeZone } from '../../domain/time/zoned-time.js';
import type { ModelDescription, PullRequest } from '../../ports/connector.js';
import type { StartedRun } from '../../ports/runs.js';

/** How a run reads one model. */
export type ReadPlan = Pick<PullRequest, 'mode' | 'window' | 'filter'>;

/** The mode and the span in which a run reads a model. Pure. */
export function readPlanOf(started: StartedRun, { capabilities }: ModelDescription): ReadPlan {
  const mode = modeOf(started, capabilities.incremental);
  const window = mode === 'incremental' ? windowOf(started) : undefined;
  return { mode, window, filter: started.run.filter };
}

/** `auto` takes what the source can do: filtered reading where it can, reading everything where it cannot. */
function modeOf({ run, sync }: StartedRun, incremental: boolean): ReadPlan['mode'] {
  const asked = run.mode === 'auto' ? sync.mode : run.mode;
  if (asked !== 'auto') return asked === 'incremental' && !incremental ? 'audit' : asked;
  return incremental ? 'incremental' : 'audit';
}

/** The lookback widens what is read, never the period. */
function windowOf({ run, sync, timeZone }: StartedRun): ReadPlan['window'] {
  const { start, finish } = run.range;
  if (start === undefined) return undefined;
  const duration = sync.lookback === undefined ? undefined : parseDuration(sync.lookback);
  const zone = timeZone ?? parseTimeZone('Etc/UTC');
  if (!duration?.ok || !zone) return { start, finish };
  return { start: subtractDuration(start, duration.value, zone), finish };
}
