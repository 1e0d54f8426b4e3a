import { bucketsBefore } from '../../domain/chain/read-window.js';
import { readStart } from '../../domain/chain/reading.js';
import { parseDuration, subtractDuration } from '../../domain/time/duration.js';
import type { Instant } from '../../domain/time/instant.js';
import { UTC, type TimeZone } from '../../domain/time/zoned-time.js';
import type { ModelDescription, PullRequest } from '../../ports/connector.js';
import type { StartedRun } from '../../ports/runs.js';
import { narrowed } from './narrow-read.js';

/** How a run reads one model. */
export type ReadPlan = Pick<PullRequest, 'mode' | 'window' | 'filter'>;

type Window = NonNullable<ReadPlan['window']>;

/** The mode and the span in which a run reads a model; undefined where there is nothing to read yet. Pure. */
export function readPlanOf(started: StartedRun, { capabilities }: ModelDescription): ReadPlan | undefined {
  const plan = planOf(started, capabilities.incremental);
  return plan && narrowed(plan, started.run, capabilities);
}

function planOf(started: StartedRun, incremental: boolean): ReadPlan | undefined {
  const mode = modeOf(started, incremental);
  const { filter, range } = started.run;
  const { start, finish } = range;
  if (mode !== 'incremental' || start === undefined) return { mode, window: undefined, filter };
  const read = fillsChain(started) ? windowInChain(started, start) : { start, finish };
  return read && { mode, window: lookingBack(started, read), filter };
}

/** `auto` takes what the source can do: filtered reading where it can, reading everything where it cannot. */
function modeOf({ run, sync }: StartedRun, incremental: boolean): ReadPlan['mode'] {
  const asked = run.mode === 'auto' ? sync.mode : run.mode;
  if (asked !== 'auto') return asked === 'incremental' && !incremental ? 'audit' : asked;
  return incremental ? 'incremental' : 'audit';
}

/** How the sync reads its periods is no matter to a run that was asked for a range, or fills no period at all. */
const fillsChain = ({ periodKind }: StartedRun): boolean => periodKind === 'chain' || periodKind === 'latest';

function windowInChain(started: StartedRun, periodStart: Instant): Window | undefined {
  const { sync, run } = started;
  const start = readStart(sync, periodStart);
  if (sync.watermarkAt === 'runEnd') return { start };
  const dueDate = run.range.finish;
  if (sync.readWindow === 'period') return { start, finish: dueDate };
  return bucketsBefore({ start, dueDate }, sync.readWindow, zoneOf(started));
}

/** The lookback widens what is read, never the period. */
function lookingBack(started: StartedRun, { start, finish }: Window): Window {
  const { lookback } = started.sync;
  const duration = lookback === undefined ? undefined : parseDuration(lookback);
  return duration?.ok ? { start: subtractDuration(start, duration.value, zoneOf(started)), finish } : { start, finish };
}

const zoneOf = ({ timeZone }: StartedRun): TimeZone => timeZone ?? UTC;
