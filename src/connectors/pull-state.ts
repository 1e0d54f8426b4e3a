import type { Instant } from '../domain/time/instant.js';
import type { Checkpoint } from '../ports/connector.js';
import type { NewestRead } from './newest-first.js';
import type { Position } from './source-reader.js';

/** Where a pull is. It is the checkpoint, so that a pull taken up again is the same pull. */
export interface PullState {
  /** The token the present listing starts from, inclusive; absent where everything is read. */
  readonly from?: Instant;
  /** Where in the listing the next page is; absent at its beginning. */
  readonly position?: Position;
  /** Where the page before that one was; null at the beginning of the listing. */
  readonly previous?: Position | null;
  /** Records already given, by change token and id, that the source may give again. */
  readonly seen: readonly string[];
  /** The source filters or sorts too coarsely to start listings anew, so its own paging is followed. */
  readonly follow: boolean;
  /** How far the newest have been read, where they come first. */
  readonly newest?: NewestRead;
  /** Records in all, as the source told at the beginning. */
  readonly total?: number;
  /** Records in all, as it told last. */
  readonly latestTotal?: number;
}

export const toCheckpoint = (state: PullState): Checkpoint => ({ ...state });

/** The state a checkpoint holds, or `start` where it was made for another kind of reading. */
export function fromCheckpoint(checkpoint: Checkpoint | undefined, start: PullState): PullState {
  if (checkpoint === undefined || !Array.isArray(checkpoint.seen)) return start;
  const state = checkpoint as unknown as PullState;
  const isSame = (member: 'from' | 'newest') => (state[member] === undefined) === (start[member] === undefined);
  return isSame('from') && isSame('newest') ? state : start;
}
