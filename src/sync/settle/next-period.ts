import { planNext } from '../../domain/chain/sync-period.js';
import { expectedCost } from '../../domain/load/expected-cost.js';
import type { Decided, FinishedRun, Planned } from './finished-run.js';

/** The period that follows a settled one; undefined where it is tried again, or nothing is planned. */
export function nextPeriod(
  { context }: FinishedRun,
  { settlement, sync, supplies, now }: Decided,
): Planned | undefined {
  const { clientId, period, sync: before, catchUp } = context;
  const { schedule, chainStart } = before;
  if (!period || !schedule || chainStart === undefined || settlement.kind === 'retry') return undefined;
  if (!before.enabled || before.state !== 'active') return undefined;
  const window = planNext({
    schedule,
    chain: { watermark: sync.watermark ?? before.watermark, start: chainStart },
    settledDueDate: period.kind === 'chain' ? period.dueDate : undefined,
    settledRecoveredDueDates: period.recoveredDueDates,
    heldDueDate: period.heldDueDate,
    configuredAt: before.configuredAt,
    now,
    catchUp,
  });
  return {
    clientId,
    id: supplies.periodId,
    syncId: before.id,
    kind: 'chain',
    window,
    timeZoneData: supplies.timeZoneData,
    cost: expectedCost({ own: sync.averageRunSeconds ?? before.averageRunSeconds }),
  };
}
