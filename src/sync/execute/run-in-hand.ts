import type { Ownership, Progress, RunCheckpoint, StartedRun } from '../../ports/runs.js';
import type { RunLog } from '../logs/run-log.js';
import type { ReadPlan } from './read-plan.js';
import type { SelectedPage } from './selected-pages.js';

/** A run in the hands of this process. */
export interface RunInHand {
  readonly clientId: string;
  readonly started: StartedRun;
  readonly owner: Ownership;
  readonly log: RunLog;
}

/** How far a pull got; what a page adds to it is committed with the page. */
export interface Position {
  readonly checkpoint: RunCheckpoint;
  readonly progress: Progress;
}

/** A page to be kept. */
export interface PageStep {
  readonly model: string;
  readonly plan: ReadPlan;
  readonly page: SelectedPage;
  readonly position: Position;
}

/** Whether the model has been read to its end with this page. */
export const endsModel = ({ checkpoint, isPart }: SelectedPage): boolean => checkpoint === undefined && !isPart;
