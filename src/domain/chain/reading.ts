import { conflict } from '../problem.js';
import type { SyncSchedule } from '../schedule/sync-schedule.js';
import { earlier, toIso, type Instant } from '../time/instant.js';
import { requireNotHeld, type OpenState } from './held-period.js';
import { periodOverlap } from './manual-window.js';
import { chainPosition, type Chain, type PeriodWindow, type PlannedWindow } from './period.js';
import { planFirst } from './sync-period.js';

/** How far a success has read: up to the end of its period, or to the instant at which the source had been listed. */
export type WatermarkAt = 'periodEnd' | 'runEnd';

/** What a sync knows of its reading besides its periods. */
export interface Reading {
  readonly watermarkAt: WatermarkAt;
  /** Where the next run is to read from, before what it would read by itself. */
  readonly readFrom?: Instant;
  /** How far the last success has read, when that is not its due date. */
  readonly readTo?: Instant;
}

/**
 * How far a chain has been read that stands at `position`. What was listed after a due date counts only where the
 * sync says so: records can be lost that way.
 */
const readUpTo = ({ watermarkAt, readTo }: Reading, position: Instant): Instant =>
  readTo === undefined ? position : watermarkAt === 'runEnd' ? readTo : earlier(readTo, position);

/** Where a run reads from whose period starts at `position`. */
export function readStart(reading: Reading, position: Instant): Instant {
  const unread = readUpTo(reading, position);
  return earlier(reading.readFrom ?? unread, unread);
}

export interface ReadFromRequest {
  /** In the past. */
  readonly from: Instant;
  readonly reading: Reading;
  readonly chain: Chain;
  readonly schedule: SyncSchedule;
  readonly open?: OpenState & PlannedWindow;
  /** The newest span that was synced. */
  readonly newest?: PeriodWindow;
  readonly now: Instant;
}

/** What a wish to read from an instant changes. */
export type ReadFromChange =
  | { readonly kind: 'none' }
  /** Before the first success the chain itself begins there, and the open period is planned anew. */
  | { readonly kind: 'start'; readonly chain: Chain; readonly plan?: PlannedWindow }
  /** After it the next read is widened, the period is not; undefined takes an earlier wish back. */
  | { readonly kind: 'read'; readonly readFrom: Instant | undefined };

const NONE: ReadFromChange = { kind: 'none' };

/**
 * Decides what reading from an instant means to a sync. Throws 409 `run_active` while a run has the period,
 * `period_overlap` where the chain would begin before what was synced, and `range_ahead_of_chain` for an instant
 * after what was read: the time between would be left out, and nobody would know.
 */
export const readingFrom = (request: ReadFromRequest): ReadFromChange =>
  request.chain.watermark === undefined ? beginningAt(request) : rereadingFrom(request);

function beginningAt({ from, chain, open, newest, schedule, now }: ReadFromRequest): ReadFromChange {
  if (from === chain.start) return NONE;
  requireNotHeld(open);
  if (newest !== undefined && from < newest.dueDate) throw periodOverlap(newest);
  const moved: Chain = { ...chain, start: from };
  if (open === undefined) return { kind: 'start', chain: moved };
  const { dueDate, recoveredDueDates, isInitial } = open;
  // The due date stays as long as anything lies before it: what a run reads moves no due date.
  const plan =
    from < dueDate
      ? { start: from, dueDate, recoveredDueDates, isInitial }
      : planFirst({ schedule, chain: moved, now });
  return { kind: 'start', chain: moved, plan };
}

function rereadingFrom({ from, reading, chain, open }: ReadFromRequest): ReadFromChange {
  const unread = readUpTo(reading, chainPosition(chain));
  if (from > unread) throw aheadOf(unread);
  const readFrom = from === unread ? undefined : from;
  if (readFrom === reading.readFrom) return NONE;
  requireNotHeld(open);
  return { kind: 'read', readFrom };
}

function aheadOf(unread: Instant): Error {
  const watermark = toIso(unread);
  const message =
    `Everything up to ${watermark} has been read, and what lies between would be left out. To leave time out, ` +
    'disable the sync and enable it again with a later startDate.';
  return conflict('range_ahead_of_chain', message, { watermark });
}
