import { Injectable } from '@nestjs/common';
import { Clock } from '../../ports/clock.js';
import type { RecordPage } from '../../ports/connector.js';
import { Database } from '../../ports/database.js';
import type { ModelProgress, Ownership, Progress, RunCheckpoint, StartedRun } from '../../ports/runs.js';
import type { RunLog } from '../logs/run-log.js';
import { AbortRequested, RunLost } from './run-interruptions.js';
import type { ReadPlan } from './read-plan.js';

/** How far a pull got; what a page adds to it is committed with the page. */
export interface Position {
  readonly checkpoint: RunCheckpoint;
  readonly progress: Progress;
}

/** A run in the hands of this process. */
export interface RunInHand {
  readonly clientId: string;
  readonly started: StartedRun;
  readonly owner: Ownership;
  readonly log: RunLog;
}

export interface PageStep {
  readonly model: string;
  readonly plan: ReadPlan;
  readonly page: RecordPage;
  readonly position: Position;
}

export const nothingYet: ModelProgress = { pages: 0, fetched: 0, created: 0, updated: 0, skipped: 0, deleted: 0 };

/** Keeps pulled pages: records, counts and checkpoint are one transaction. */
@Injectable()
export class PageWriter {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Throws RunLost and AbortRequested, each of which rolls the page back: a worker that lost its run leaves nothing. */
  async save(inHand: RunInHand, { model, page, position }: PageStep): Promise<Position> {
    const { clientId, started, owner } = inHand;
    const { run } = started;
    const now = await this.clock.now();
    const checkpoint = page.checkpoint
      ? { done: position.checkpoint.done, model, at: page.checkpoint }
      : { done: [...position.checkpoint.done, model] };
    return this.database.asClient(clientId, async ({ runs, records }) => {
      const counts = await records.save(
        { connectionId: run.connectionId, model, runId: run.id, records: page.records, force: run.force },
        now,
      );
      const progress = {
        ...position.progress,
        [model]: added(position.progress[model] ?? nothingYet, counts, page.total),
      };
      const saved = await runs.saveProgress(owner, checkpoint, progress);
      if (saved === 'lost') throw new RunLost(run.id);
      if (saved === 'abort_requested') throw new AbortRequested(run.id);
      return { checkpoint, progress };
    });
  }
}

function added(
  before: ModelProgress,
  counts: Pick<ModelProgress, 'fetched' | 'created' | 'updated' | 'skipped'>,
  total: number | undefined,
): ModelProgress {
  return {
    pages: before.pages + 1,
    fetched: before.fetched + counts.fetched,
    created: before.created + counts.created,
    updated: before.updated + counts.updated,
    skipped: before.skipped + counts.skipped,
    deleted: before.deleted,
    total: total ?? before.total,
  };
}
