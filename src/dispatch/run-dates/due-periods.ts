import { expectedCost } from '../../domain/load/expected-cost.js';
import { quietUntil, type QuietHours } from '../../domain/load/quiet-hours.js';
import type { DuePeriod } from '../../domain/load/run-claim.js';
import { limitsOf, type RunPlace, type SourceLimits } from '../../domain/load/run-limits.js';
import { nextDueDate } from '../../domain/schedule/due-date.js';
import { later, type Instant } from '../../domain/time/instant.js';
import type { PeriodDueSoon, TypicalSeconds } from '../../ports/dispatch.js';

/** What the run dates of periods depend on besides themselves. */
export interface DueContext {
  readonly typical: TypicalSeconds;
  /** By client. */
  readonly quiet: ReadonlyMap<string, QuietHours>;
  readonly sources: SourceLimits;
  readonly now: Instant;
}

/** A period whose run date is to be chosen, and where its run will take place. */
export type PlacedPeriod = DuePeriod & RunPlace;

/** Periods as planning sees them: with their next due dates, costs, limits and quiet hours. */
export const duePeriods = (due: readonly PeriodDueSoon[], context: DueContext): readonly PlacedPeriod[] =>
  due.map((period) => placed(period, context));

function placed(period: PeriodDueSoon, { typical, quiet, sources, now }: DueContext): PlacedPeriod {
  const { id, clientId, connectionId, sourceHost, dueDate, averageRunSeconds: own, weight, lane, schedule } = period;
  const quietHours = quiet.get(clientId);
  return {
    id,
    clientId,
    connectionId,
    sourceHost,
    dueDate,
    nextDueDate: nextDueDate(schedule, dueDate),
    cost: expectedCost({ own, ofClient: typical.ofClients.get(clientId), ofAll: typical.ofAll }),
    weight,
    lane,
    limits: limitsOf(period, sources),
    notBefore: quietHours && quietUntil(quietHours, later(dueDate, now)),
    quietHours,
  };
}
