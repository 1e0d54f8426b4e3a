import { statusOf, type RunOutcome } from '../run/settlement.js';
import { errorOf, shortened, type RecordCounts, type SyncEvent } from '../run/sync-event.js';
import { toIso, type Instant } from '../time/instant.js';
import { syncData, type SyncFacts } from './sync-facts.js';

/** A run that has ended. */
export interface RunFacts extends SyncFacts {
  readonly runId: string;
  readonly trigger: string;
  /** Without a start where everything was read. */
  readonly range: { readonly start?: Instant; readonly finish: Instant };
  readonly startedAt?: Instant;
  readonly finishedAt: Instant;
  readonly attempt: number;
  readonly records: Readonly<Record<string, RecordCounts>>;
  readonly outcome: RunOutcome;
}

const types = {
  synced: 'sync.run.completed',
  failed: 'sync.run.failed',
  aborted: 'sync.run.aborted',
} as const satisfies Readonly<Record<RunOutcome['kind'], string>>;

/** The message of a run that ended. */
export function runEventOf(facts: RunFacts): SyncEvent<object> {
  const { runId, trigger, range, startedAt, finishedAt, attempt, records, outcome } = facts;
  const data = {
    ...syncData(facts),
    runId,
    trigger,
    range: { start: range.start === undefined ? null : toIso(range.start), finish: toIso(range.finish) },
    startedAt: startedAt === undefined ? null : toIso(startedAt),
    finishedAt: toIso(finishedAt),
    attempt,
    records,
    hasMore: outcome.kind === 'synced' && outcome.hasMore === true,
    ...statusOf(outcome),
    ...shortened(errorOf(outcome)),
  };
  return { type: types[outcome.kind], timestamp: toIso(finishedAt), data };
}
