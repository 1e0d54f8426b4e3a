import type { ChangeCap } from '../../ports/records.js';
import type { Progress, StartedRun } from '../../ports/runs.js';

/** Changes a run has announced, the attempts before it included. */
export const announcedIn = (progress: Progress): number =>
  Object.values(progress).reduce((sum, { created, updated, deleted }) => sum + created + updated + deleted, 0);

/**
 * What is left of the cap of the sync; undefined where it has none. A retry goes on with the progress of the attempt
 * before it, and so with what that has left of the cap: the cap is one of a period, not of an attempt.
 */
export function changeRoom({ sync, run }: StartedRun, progress: Progress): ChangeCap | undefined {
  if (sync.changesPerRun === undefined) return undefined;
  return { syncId: run.syncId, room: Math.max(0, sync.changesPerRun - announcedIn(progress)) };
}
