import { toIso } from '../../domain/time/instant.js';
import type { Settlement } from '../../domain/run/settlement.js';
import type { SettlementContext, SettlementRows } from '../../ports/settlements.js';

/** One line a person can read for one settled run. */
export function settledLine(
  { run, company, period }: SettlementContext,
  settlement: Settlement,
  rows: SettlementRows,
): string {
  const [settled] = rows.runs;
  const [next] = rows.planned;
  const range = `[${run.range.start === undefined ? 'beginning' : toIso(run.range.start)}, ${toIso(run.range.finish)})`;
  const records = Object.values(settled?.progress ?? {}).reduce((sum, model) => sum + model.created + model.updated, 0);
  const end =
    settlement.kind === 'retry'
      ? `tried again at ${toIso(settlement.at)}: ${settled?.errorMessage ?? ''}`
      : settlement.kind === 'failed'
        ? `failed: ${settled?.errorMessage ?? ''}`
        : `succeeded, ${records} ${records === 1 ? 'record' : 'records'}`;
  const then = next ? `; next due ${toIso(next.window.dueDate)}` : '';
  return `${company.name} ${run.syncId} ${period ? 'period' : 'run'} ${range} ${end}${then}`;
}
