import type { Progress } from '../../ports/runs.js';

/** The counts a message tells: without pages and totals, which are about the run. */
export const countsOf = (progress: Progress) =>
  Object.fromEntries(
    Object.entries(progress).map(([model, { fetched, created, updated, skipped, deleted, held = 0, deferred = 0 }]) => [
      model,
      { fetched, created, updated, skipped, deleted, held, deferred },
    ]),
  );

/** Whether anything was announced in the change feed. */
export const hasChanges = (progress: Progress): boolean =>
  Object.values(progress).some(({ created, updated, deleted }) => created + updated + deleted > 0);
