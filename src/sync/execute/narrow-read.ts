import { later } from '../../domain/time/instant.js';
import type { ModelCapabilities, PullRequest } from '../../ports/connector.js';
import type { Run } from '../../ports/runs.js';

type Read = Pick<PullRequest, 'mode' | 'window' | 'filter'>;

/**
 * A read that asks the source for nothing the run's filter would leave out again: where changes can be read alone, those
 * since the instant of a filter by `updated_at`. An audit is left as it is: it compares everything. Undefined where the
 * filter leaves nothing of the span. Pure.
 */
export function narrowed(plan: Read, { filter, range }: Run, { incremental }: ModelCapabilities): Read | undefined {
  const { since } = filter;
  if (since?.by !== 'updated_at' || !incremental || plan.mode === 'audit') return plan;
  // A sync that reads everything each time does so whatever the range.
  if (plan.window === undefined && range.start !== undefined) return plan;
  const { start, finish } = plan.window ?? { start: since.at, finish: range.finish };
  const from = later(start, since.at);
  if (finish !== undefined && from >= finish) return undefined;
  return { ...plan, mode: 'incremental', window: { start: from, finish } };
}
