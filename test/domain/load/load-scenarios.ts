import { fc } from '@fast-check/vitest';
import { MINUTE, SECOND, instantOf, plus, type Instant } from '../../../src/domain/time/instant.js';
import type { Booking, Limit, LoadCurve } from '../../../src/domain/load/load-curve.js';
import type { DuePeriod } from '../../../src/domain/load/run-claim.js';
import { midnight } from './loads.js';

/** Whose limits there are: of two clients, some of their connections, and hosts they share. */
const limits: readonly Limit[] = [
  { key: 'client 0', kind: 'client', most: 1 },
  { key: 'client 1', kind: 'client', most: 3 },
  { key: 'connection 0', kind: 'connection', most: 1 },
  { key: 'connection 1', kind: 'connection', most: 2 },
  { key: 'host 0', kind: 'source', most: 2 },
  { key: 'host 1', kind: 'source', most: 4 },
];

const limitsOf = (client: number, connection: number): readonly Limit[] =>
  limits.filter(({ key }) => [`client ${client}`, `connection ${connection}`, `host ${connection % 3}`].includes(key));

/** Periods of a few clients around midnight, many due at once, in both lanes, some under limits. */
export const periods = fc
  .array(
    fc.record({
      client: fc.integer({ min: 0, max: 6 }),
      connection: fc.integer({ min: 0, max: 8 }),
      due: fc.oneof(fc.constant(0), fc.integer({ min: -90, max: 40 })),
      window: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 5, max: 120 })),
      cost: fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: 1, max: 60 }) },
        { weight: 1, arbitrary: fc.integer({ min: 61, max: 400 }) },
      ),
      backfill: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      second: fc.constantFrom(0, 0, 0, 17, 43),
      quiet: fc.option(fc.integer({ min: 1, max: 30 }), { freq: 8, nil: undefined }),
    }),
    { maxLength: 120 },
  )
  .map((all) =>
    all.map(({ client, connection, due: minute, window, cost, backfill, second, quiet }, n): DuePeriod => {
      const dueDate = instantOf(midnight + minute * MINUTE + second * SECOND);
      return {
        id: `p${n}`,
        clientId: `c${client}`,
        dueDate,
        nextDueDate: plus(dueDate, window * MINUTE),
        cost,
        lane: backfill ? 'backfill' : 'regular',
        limits: limitsOf(client, connection),
        notBefore: quiet === undefined ? undefined : plus(dueDate, quiet * MINUTE),
      };
    }),
  );

const slot = fc.integer({ min: -5, max: 90 }).map((minute) => midnight + minute * MINUTE);
const seconds = fc.integer({ min: 0, max: 150 });
const bookings: fc.Arbitrary<readonly Booking[]> = fc.array(
  fc.oneof(
    fc.record({ slot, seconds, lane: fc.constantFrom('regular' as const, 'backfill' as const) }),
    fc.record({ slot, seconds, limit: fc.constantFrom(...limits.map(({ key }) => key)) }),
  ),
  { maxLength: 60 },
);

export const loads: fc.Arbitrary<LoadCurve> = fc.record({
  slotLength: fc.constant(MINUTE),
  capacity: fc.integer({ min: 20, max: 300 }),
  booked: bookings,
});

export const nows: fc.Arbitrary<Instant> = fc
  .integer({ min: -30, max: 30 })
  .map((minute) => plus(midnight, minute * MINUTE + 13 * SECOND));

/** When a period may start: the first and the last instant. */
export function windowOf(period: DuePeriod, now: Instant): { readonly begin: number; readonly deadline: number } {
  const begin = Math.max(period.dueDate, now, period.notBefore ?? now);
  const window = Math.max(period.nextDueDate - period.dueDate, MINUTE);
  return { begin, deadline: period.nextDueDate > begin ? period.nextDueDate : begin + window };
}
