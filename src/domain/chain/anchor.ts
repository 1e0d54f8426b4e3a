import { startInstant } from '../schedule/due-date.js';
import { later } from '../time/instant.js';
import type { Instant } from '../time/instant.js';
import { periodOverlap } from './manual-window.js';
import type { Chain, PeriodWindow } from './period.js';
import { conflict } from '../problem.js';
import { sameSchedule } from '../schedule/schedule.js';
import type { SyncSchedule } from '../schedule/sync-schedule.js';

export interface AnchorRequest {
  readonly schedule: SyncSchedule;
  /** The schedule so far; absent when this is the first. */
  readonly previous: SyncSchedule | undefined;
  /** The chain so far; absent when this is the first schedule. */
  readonly chain: Chain | undefined;
  /** Whether the same request enables a sync that was disabled. */
  readonly reEnabling: boolean;
  /** The run under way: it was given its window, so the chain cannot begin elsewhere until it has ended. */
  readonly activeRun: { readonly id?: string } | undefined;
  /** What has been synced, at least the newest of it; runs with `force` do not count. */
  readonly succeeded: readonly PeriodWindow[];
}

/** Where the chain begins from now on. */
export interface Anchored {
  readonly chain: Chain;
  /** What a later start date leaves out, by the client's own wish. */
  readonly declaredGap?: PeriodWindow;
}

/**
 * Decides where the chain starts under a new schedule. The start date counts until the first success; after it a change
 * throws 409 `start_date_locked`, except on enabling again, when a later one begins a new chain behind a declared gap.
 * One that would sync again what was synced throws 409 `period_overlap`, one that comes during a run 409 `run_active`.
 */
export function anchorChain(request: AnchorRequest): Anchored {
  const { schedule, previous, chain, reEnabling, activeRun, succeeded } = request;
  // Nothing changed, nothing recomputed.
  if (chain !== undefined && previous !== undefined && sameSchedule(previous, schedule)) return { chain };
  const moved = previous !== undefined && previous.startDate !== schedule.startDate;
  if (chain?.watermark !== undefined) {
    if (!moved) return { chain };
    if (!reEnabling) throw startDateLocked(schedule, previous);
  }
  if (activeRun !== undefined && chain !== undefined) {
    if (!moved) return { chain };
    throw runActive(activeRun.id);
  }
  const start = startInstant(schedule);
  const last = newestOf(succeeded, chain);
  if (!moved && previous !== undefined && chain !== undefined && isSetApart(chain, previous, last)) return { chain };
  if (last === undefined) return { chain: { watermark: undefined, start } };
  if (start < last.dueDate && moved) throw periodOverlap(last);
  // Synced up to the new start exactly: the chain goes on as it was.
  if (chain?.watermark !== undefined && start === last.dueDate) return { chain };
  // An edited hour or zone can pull the start back over a range that was synced by hand.
  const anchor = later(start, last.dueDate);
  const declaredGap = anchor > last.dueDate ? { start: last.dueDate, dueDate: anchor } : undefined;
  return { chain: { watermark: undefined, start: anchor }, declaredGap };
}

/** Whether a chain that has yet to succeed begins where somebody set it, not where its start date or a range has it. */
const isSetApart = ({ start }: Chain, previous: SyncSchedule, last: PeriodWindow | undefined): boolean =>
  start !== startInstant(previous) && start !== last?.dueDate;

function newestOf(succeeded: readonly PeriodWindow[], chain: Chain | undefined): PeriodWindow | undefined {
  const covered = chain?.watermark === undefined ? [] : [{ start: chain.start, dueDate: chain.watermark }];
  return [...succeeded, ...covered].reduce<PeriodWindow | undefined>(
    (newest, window) => (newest === undefined || window.dueDate > newest.dueDate ? window : newest),
    undefined,
  );
}

function runActive(activeRunId: string | undefined): Error {
  const message =
    'A run is under way; its end decides where the chain goes on. Change startDate then, or abort the run.';
  return conflict('run_active', message, activeRunId === undefined ? undefined : { activeRunId });
}

function startDateLocked(schedule: SyncSchedule, previous: SyncSchedule | undefined): Error {
  const message =
    `startDate counts for the first period only, which is done; it stays ${previous?.startDate}, not ${schedule.startDate}. ` +
    'To leave time out, disable the sync and enable it again with a later one.';
  return conflict('start_date_locked', message);
}

/** The start of the chain as the schedule alone would have it; for previews. */
export const unanchored = (schedule: SyncSchedule, watermark?: Instant): Chain => ({
  watermark,
  start: startInstant(schedule),
});
