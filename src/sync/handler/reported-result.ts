import type { RunOutcome } from '../../domain/run/settlement.js';
import { SourceError } from '../../domain/run/source-error.js';
import type { Problem } from '../../domain/problem.js';
import type { Assignment, DelegatingConnector } from '../../ports/delegating-connector.js';
import type { Progress } from '../../ports/runs.js';
import type { Reported } from '../settle/finished-run.js';
import { unknownModelsIn } from './executor.js';
import { parseResult, type Result } from './parse-report.js';
import { recordsIn, withCounts } from './read-counts.js';
import { tooManyVariables } from './read-variables.js';

/** How a run ended that its handler has done. */
export interface Finished {
  readonly outcome: RunOutcome;
  readonly progress: Progress;
  readonly reported: Reported;
}

/** The end of a run whose handler did it while it was asked. Throws SourceError where its answer is no result. */
export function finishedBy(
  report: unknown,
  { executor, assignment }: { readonly executor: DelegatingConnector; readonly assignment: Assignment },
): Finished {
  const result = parseResult(report);
  if (!result.ok) throw noResult(result.problems);
  const { connection } = assignment;
  const misfits = [
    ...unknownModelsIn(executor, connection, result.value.models),
    ...tooManyVariables(Object.keys(connection.variables), result.value.variables),
  ];
  if (misfits.length > 0) throw noResult(misfits);
  const progress = progressAtEnd(assignment.progress, result.value);
  return { outcome: outcomeOf(progress, result.value), progress, reported: { variables: result.value.variables } };
}

function noResult(problems: readonly Problem[]): SourceError {
  const message = 'The handler answered 200 with what is no result of a run.';
  const details = [message, ...problems.map((problem) => `${problem.pointer || '/'}: ${problem.message}`)];
  return new SourceError({ code: 'handler_failed', class: 'transient', message, details });
}

/** The counts of a run that its handler has done, models and all. */
export const progressAtEnd = (before: Progress, { models }: Result): Progress =>
  Object.fromEntries(
    Object.entries(withCounts(before, models)).map(([model, counts]) => [model, { ...counts, done: true }]),
  );

export const outcomeOf = (progress: Progress, { hasMore }: Result): RunOutcome => ({
  kind: 'synced',
  records: recordsIn(progress),
  hasMore,
});
