import type { RecordFilter } from '../../domain/run/record-filter.js';
import type { Run, RunTrigger } from '../../ports/runs.js';
import type { Sync, SyncMode } from '../../ports/syncs.js';
import type { RunRequest, RunSpan } from './run-request.js';

/** A run that somebody wants of a sync, with everything it takes filled in. */
export interface RunWish {
  readonly trigger: RunTrigger;
  readonly keyId: string;
  readonly span: RunSpan;
  readonly mode: SyncMode;
  /** Absent: all of the connection, or those that `syncOnly` tells. */
  readonly models?: readonly string[];
  readonly syncOnly: boolean;
  /** Those of the models that the caller has named just now. */
  readonly named: readonly string[];
  readonly filter: RecordFilter;
  readonly force: boolean;
  /** Whether it reads whatever the sync reads: what reads less proves nothing about the rest, so it covers nothing. */
  readonly covers: boolean;
  readonly reason?: string;
  readonly rerunOf?: string;
  readonly causedBy?: string;
}

/** What a request means for a sync. */
export function wishOf(request: RunRequest, sync: Sync, by: Pick<RunWish, 'trigger' | 'keyId'>): RunWish {
  const { span, filter, force, reason, causedBy } = request;
  const own = request.models !== 'syncOnly' && request.models.length === 0;
  return {
    ...by,
    span,
    mode: span.type === 'full' ? 'full' : sync.mode,
    ...(own ? { models: sync.models, syncOnly: sync.syncOnly, named: [] } : chosen(request.models)),
    filter,
    force,
    covers: own && !isFiltered(filter),
    reason,
    causedBy,
  };
}

const chosen = (models: RunRequest['models']): Pick<RunWish, 'models' | 'syncOnly' | 'named'> =>
  models === 'syncOnly' ? { syncOnly: true, named: [] } : { models, syncOnly: false, named: models };

const isFiltered = ({ since, last }: RecordFilter): boolean => since !== undefined || last !== undefined;

/** The wish to repeat a run. What it goes back to stays known, so that repeating it hides no loop. */
export function wishToRepeat(
  run: Run,
  sync: Sync,
  by: Pick<RunWish, 'keyId' | 'reason'> & { readonly force?: boolean },
): RunWish {
  const { start, finish } = run.range;
  const span: RunSpan = start === undefined ? { type: 'full' } : { type: 'range', start, finish };
  return {
    trigger: span.type,
    keyId: by.keyId,
    span,
    mode: run.mode,
    models: run.models,
    syncOnly: run.syncOnly,
    named: [],
    filter: run.filter,
    force: by.force ?? run.force,
    covers: run.periodId !== undefined && readsTheSame(run, sync),
    reason: by.reason,
    rerunOf: run.id,
    causedBy: run.causedBy,
  };
}

function readsTheSame(run: Run, sync: Sync): boolean {
  const names = (models: readonly string[] | undefined) => JSON.stringify(models?.toSorted() ?? null);
  return run.syncOnly === sync.syncOnly && names(run.models) === names(sync.models);
}
