import type { ModelProgress, Progress } from '../ports/runs.js';

/** Progress per model as the API answers it. */
export const progressView = (progress: Progress) =>
  Object.fromEntries(Object.entries(progress).map(([model, counts]) => [model, modelView(counts)]));

function modelView(counts: ModelProgress) {
  const { pages, fetched, created, updated, skipped, deleted, held = 0, deferred = 0, total = null } = counts;
  const figures = { pages, fetched, created, updated, skipped, deleted, held, deferred, total };
  return Object.freeze({ ...figures, fraction: fractionOf(counts) });
}

/**
 * How much of a model is done, from 0 to 1; null while nobody can tell. A source that grows meanwhile, or told
 * too little, does not make it more than all.
 */
function fractionOf({ fetched, total, done }: ModelProgress): number | null {
  if (done === true) return 1;
  if (total === undefined) return null;
  return total === 0 ? 1 : Math.min(1, Math.round((fetched / total) * 1000) / 1000);
}
