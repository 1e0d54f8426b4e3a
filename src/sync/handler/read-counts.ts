import { pointerTo, shown } from '../../domain/problem.js';
import type { Report } from '../../domain/schedule/schedule-fields.js';
import type { ModelProgress, Progress } from '../../ports/runs.js';
import { nothingYet } from '../execute/model-progress.js';
import { readObject, type Members } from '../request/members.js';

const COUNTS = ['fetched', 'created', 'updated', 'skipped', 'deleted', 'total'] as const;

/** What a handler has counted of one model since its run began; what it does not tell stays as it was. */
export type Counts = Partial<Pick<ModelProgress, (typeof COUNTS)[number]>>;
export type CountsByModel = Readonly<Record<string, Counts>>;

const MODEL_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,99}$/;
const MOST_MODELS = 100;

/** `models` of a report. */
export function readCounts({ models }: Members, report: Report): CountsByModel {
  if (models === undefined) return {};
  const byModel = readObject(models, report, '/models') ?? {};
  const entries = Object.entries(byModel);
  if (entries.length > MOST_MODELS) report('/models', 'too_many_items', `models holds ${MOST_MODELS} models at most.`);
  return Object.fromEntries(
    entries.slice(0, MOST_MODELS).map(([name, counts]) => [name, countsOf(name, counts, report)]),
  );
}

function countsOf(model: string, value: unknown, report: Report): Counts {
  const at = pointerTo('models', model);
  if (!MODEL_NAME.test(model))
    report(at, 'invalid_format', 'A model is named by a letter, then letters, digits, _ and -; 100 at most.');
  const members = readObject(value, report, at) ?? {};
  const entries = Object.entries(members).flatMap(([name, count]) => {
    if (!(COUNTS as readonly string[]).includes(name))
      return (
        report(at + pointerTo(name), 'unknown_field', `${shown(name)} is no count; there are ${COUNTS.join(', ')}.`) ??
        []
      );
    return isCount(count, at + pointerTo(name), report) ? [[name, count] as const] : [];
  });
  return Object.fromEntries(entries);
}

function isCount(value: unknown, at: string, report: Report): boolean {
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    report(at, 'invalid_type', `A count is a whole number; got ${shown(value)}.`);
    return false;
  }
  if (value >= 0 && Number.isSafeInteger(value)) return true;
  report(at, 'out_of_range', `A count lies from 0 to ${Number.MAX_SAFE_INTEGER}; got ${shown(value)}.`);
  return false;
}

/** The counts with those of a report in their place. */
export function withCounts(before: Progress, reported: CountsByModel): Progress {
  const changed = Object.entries(reported).map(([model, counts]) => {
    const known = Object.hasOwn(before, model) ? before[model] : undefined;
    return [model, { ...nothingYet, ...known, ...counts }] as const;
  });
  return { ...before, ...Object.fromEntries(changed) };
}

/** Records that a run has brought, for those who ask whether there were any. */
export function recordsIn(progress: Progress): number {
  return Object.values(progress).reduce((sum, model) => sum + broughtBy(model), 0);
}

/** A handler that counts nothing but what it fetched has changed all that. */
function broughtBy({ fetched, created, updated, skipped, deleted }: ModelProgress): number {
  const changes = created + updated + deleted;
  return changes === 0 && skipped === 0 ? fetched : changes;
}
