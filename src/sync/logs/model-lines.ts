import type { MissingRecords } from '../../domain/run/mass-deletion.js';
import { toIso, type Instant } from '../../domain/time/instant.js';
import type { PullRequest } from '../../ports/connector.js';
import type { RunLogLine } from '../../ports/run-log.js';
import type { ModelProgress } from '../../ports/runs.js';

/** A number as people read it: `1,200`. */
export const counted = (count: number, what: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? what : `${what}s`}`;

/** What a run is about to read of a model, and where it goes on if it has begun before. */
export function beginningMessage(
  model: string,
  { mode, window }: Pick<PullRequest, 'mode' | 'window'>,
  before?: ModelProgress,
): string {
  const from = window && ` from ${toIso(window.start)}`;
  const to = window?.finish === undefined ? '' : ` to ${toIso(window.finish)}`;
  const on = before ? `, going on after ${counted(before.pages, 'page')}` : '';
  return `Reading ${model} (${mode})${from ?? ''}${to}${on}.`;
}

/** How far a model got. */
export function pagesMessage({ pages, fetched, total, ...counts }: ModelProgress): string {
  const all = total === undefined ? '' : ` of ${total.toLocaleString('en')}`;
  return `${counted(pages, 'page')}, ${fetched.toLocaleString('en')}${all} ${fetched === 1 ? 'record' : 'records'}: ${changesIn(counts)}.`;
}

/** The line about a page that is being kept: how far its model has got, or that it is done. */
export function pageLine(model: string, progress: ModelProgress, at: Instant): RunLogLine {
  const { done, ...figures } = progress;
  const message = done === true ? `Finished ${model}: ${pagesMessage(progress)}` : pagesMessage(progress);
  return { at, level: 'info', model, message, data: figures };
}

/** The line about records that are missing in such a number that nobody deletes them unasked. */
export const heldLine = (model: string, { missing, live }: MissingRecords, at: Instant): RunLogLine => ({
  at,
  level: 'warn',
  model,
  message: `${missing.toLocaleString('en')} of ${counted(live, 'record')} of ${model} are missing at the source: held for approval, nothing is deleted.`,
  data: { missing, live },
});

/** The line about a model that is read twice, as its listing may have moved under the first reading. */
export const againLine = (model: string, { missing, live }: MissingRecords, at: Instant): RunLogLine => ({
  at,
  level: 'info',
  model,
  message: `${missing.toLocaleString('en')} of ${counted(live, 'record')} of ${model} were not seen: reading it once more, to be sure.`,
  data: { missing, live },
});

type Changes = Pick<ModelProgress, 'created' | 'updated' | 'skipped' | 'deleted' | 'deferred'>;

/** Counts in words, those that are none left out. */
export function changesIn({ created, updated, skipped, deleted, deferred = 0 }: Changes): string {
  const all = { created, updated, deleted, unchanged: skipped, 'left for the next run': deferred };
  const some = Object.entries(all).flatMap(([what, count]) =>
    count > 0 ? [`${count.toLocaleString('en')} ${what}`] : [],
  );
  return some.length > 0 ? some.join(', ') : 'no changes';
}
