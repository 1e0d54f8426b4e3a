import type { MissingRecords } from '../../domain/run/mass-deletion.js';
import type { RecordCounts } from '../../ports/records.js';
import type { ModelProgress } from '../../ports/runs.js';
import { endsModel } from './run-in-hand.js';
import type { SelectedPage } from './selected-pages.js';

export const nothingYet: ModelProgress = { pages: 0, fetched: 0, created: 0, updated: 0, skipped: 0, deleted: 0 };

/** What became of a page, and of the records that the model lacks where it was the last. */
export interface PageCounts extends RecordCounts {
  readonly deleted: number;
  readonly held?: MissingRecords;
}

/** The progress of a model with one page more. */
export function withPage(before: ModelProgress, counts: PageCounts, page: SelectedPage): ModelProgress {
  return {
    pages: before.pages + page.pages,
    fetched: before.fetched + counts.fetched + page.leftOut,
    created: before.created + counts.created,
    updated: before.updated + counts.updated,
    skipped: before.skipped + counts.skipped + page.leftOut,
    deleted: before.deleted + counts.deleted,
    held: counts.held?.missing,
    deferred: orNone((before.deferred ?? 0) + counts.deferred),
    total: page.total ?? before.total,
    done: endsModel(page),
  };
}

const orNone = (count: number): number | undefined => (count > 0 ? count : undefined);
