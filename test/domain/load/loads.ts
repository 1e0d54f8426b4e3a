import { DAY, MINUTE, SECOND, plus, type Instant } from '../../../src/domain/time/instant.js';
import type { Booking, Limit, LimitKind, LoadCurve } from '../../../src/domain/load/load-curve.js';
import type { QuietHours } from '../../../src/domain/load/quiet-hours.js';
import type { DuePeriod } from '../../../src/domain/load/run-claim.js';
import { at } from '../schedule/schedules.js';

export const midnight: Instant = at('2026-11-22T00:00Z');
/** Eight workers with nothing to do. */
export const idle: LoadCurve = { slotLength: MINUTE, capacity: 384, booked: [] };

export const due = (id: string, more: Partial<DuePeriod> = {}): DuePeriod => ({
  id,
  clientId: 'a',
  dueDate: midnight,
  nextDueDate: plus(midnight, DAY),
  cost: 5,
  lane: 'regular',
  limits: [],
  ...more,
});

export const many = (count: number, clientId: string, more: Partial<DuePeriod> = {}): DuePeriod[] =>
  Array.from({ length: count }, (_, n) => due(`${clientId}${n}`, { clientId, ...more }));

/** Regular work in the slots from midnight on. */
export const regular = (...seconds: readonly number[]): Booking[] =>
  seconds.map((each, n) => ({ slot: midnight + n * MINUTE, seconds: each, lane: 'regular' }));

/** Backfills in the slots from midnight on. */
export const backfills = (...seconds: readonly number[]): Booking[] =>
  seconds.map((each, n) => ({ slot: midnight + n * MINUTE, seconds: each, lane: 'backfill' }));

/** What the slots from midnight on hold under a limit. */
export const under = (limit: Limit, ...seconds: readonly number[]): Booking[] =>
  seconds.map((each, n) => ({ slot: midnight + n * MINUTE, seconds: each, limit: limit.key }));

export const limitOf = (kind: LimitKind, most: number): Limit => ({ key: `${kind} ${most}`, kind, most });

export const secondsLate = (assignments: readonly { readonly runDate: Instant }[]): number[] =>
  assignments.map(({ runDate }) => (runDate - midnight) / SECOND);

/** Quiet hours on the clock of UTC. */
export const quietFrom = (startHour: number, endHour: number): QuietHours =>
  ({ startHour, endHour, timeZone: 'Etc/UTC' }) as QuietHours;

/** How many of some assignments are in each slot, in the order of the slots. */
export const countBySlot = (assignments: readonly { readonly slot: Instant }[]): number[] =>
  [...Map.groupBy(assignments, ({ slot }) => slot)].sort(([a], [b]) => a - b).map(([, group]) => group.length);
