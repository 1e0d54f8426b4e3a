import { instant, toIso } from '../time/instant.js';
import type { Instant } from '../time/instant.js';
import { chainPosition } from './period.js';
import type { Chain, PeriodWindow, PlannedWindow } from './period.js';
import { conflict, parsed, refused, validationFailed } from '../problem.js';
import type { Parsed, Problem } from '../problem.js';

const EARLIEST = instant('1970-01-01T00:00:00Z');

export interface LatestRequest {
  readonly chain: Chain;
  readonly now: Instant;
  /** Where to stop; absent: now. */
  readonly syncTo?: Instant;
}

/**
 * The window of a `latest` run: from the chain's position to `syncTo` or now. On success it moves the chain. Throws 409
 * `start_date_not_reached` where the chain has yet to begin.
 */
export function latestWindow({ chain, now, syncTo }: LatestRequest): Parsed<PlannedWindow> {
  const start = chainPosition(chain);
  const dueDate = syncTo ?? now;
  const refuse = (code: Problem['code'], message: string): Parsed<never> =>
    refused({ pointer: syncTo === undefined ? '' : '/syncTo', code, message });
  if (dueDate > now) return refuse('date_out_of_range', `syncTo lies in the future; it is now ${toIso(now)}.`);
  if (start > now) throw startNotReached(start);
  if (dueDate === start) return refuse('empty_range', `Everything up to ${toIso(start)} is synced already.`);
  if (dueDate < start) return refuse('invalid_range', `syncTo lies before ${toIso(start)}, which is synced already.`);
  return parsed({ start, dueDate, recoveredDueDates: 0, isInitial: chain.watermark === undefined });
}

export interface RangeRequest {
  readonly start: Instant;
  readonly finish: Instant;
  readonly now: Instant;
  readonly chain: Chain;
  /** Succeeded periods that touch the range; runs with `force` are none. */
  readonly succeeded: readonly PeriodWindow[];
  readonly force: boolean;
}

/** The window of a `range` run. */
export interface RangeWindow extends PlannedWindow {
  /** Whether the range closes the gap at the chain's position, so that on success its end is the new watermark. */
  readonly movesChain: boolean;
  /** Whether success counts as coverage; a forced range reads again what may be covered, and claims nothing. */
  readonly claimsCoverage: boolean;
}

/**
 * The window of a `range` run. Throws 422 for a range that is none, 409 `period_overlap` for one that was synced, and
 * 409 `range_ahead_of_chain` for one that would leave a gap before it.
 */
export function rangeWindow(request: RangeRequest): RangeWindow {
  const { start, finish, chain, succeeded, force } = request;
  const problems = rangeProblems(request);
  if (problems.length > 0) throw validationFailed(problems);
  const window = { start, dueDate: finish, recoveredDueDates: 0 };
  if (force) return { ...window, isInitial: false, movesChain: false, claimsCoverage: false };
  const overlapping = succeeded.find((period) => period.start < finish && start < period.dueDate);
  if (overlapping !== undefined) throw periodOverlap(overlapping);
  const movesChain = finish > chainPosition(chain);
  if (movesChain && start > chainPosition(chain)) throw rangeAhead(chain);
  return { ...window, isInitial: movesChain && chain.watermark === undefined, movesChain, claimsCoverage: true };
}

function rangeProblems({ start, finish, now }: RangeRequest): readonly Problem[] {
  const problems: Problem[] = [];
  const bounds = [
    ['/start', start],
    ['/finish', finish],
  ] as const;
  for (const [pointer, at] of bounds) {
    if (at >= EARLIEST && at <= now) continue;
    const message = `A range lies between ${toIso(EARLIEST)} and now, ${toIso(now)}; got ${toIso(at)}.`;
    problems.push({ pointer, code: 'date_out_of_range', message });
  }
  if (start > finish) {
    const message = `The range ends before it starts; got ${toIso(start)} to ${toIso(finish)}.`;
    problems.push({ pointer: '/finish', code: 'invalid_range', message });
  }
  if (start === finish) {
    problems.push({ pointer: '/finish', code: 'empty_range', message: 'The range ends where it starts.' });
  }
  return problems;
}

const isoWindow = ({ start, dueDate }: PeriodWindow) => ({ start: toIso(start), finish: toIso(dueDate) });

/** 409: the span, or a part of it, has been synced. */
export function periodOverlap(synced: PeriodWindow): Error {
  const { start, finish } = isoWindow(synced);
  const message = `${start} to ${finish} has been synced already; with force it is read again.`;
  return conflict('period_overlap', message, { conflictingRange: { start, finish } });
}

function startNotReached(start: Instant): Error {
  const watermark = toIso(start);
  return conflict('start_date_not_reached', `The first period starts at ${watermark}.`, { watermark });
}

function rangeAhead(chain: Chain): Error {
  const watermark = toIso(chainPosition(chain));
  const message = `The range starts after ${watermark}, up to which everything is synced, and would leave a gap.`;
  return conflict('range_ahead_of_chain', message, { watermark });
}
