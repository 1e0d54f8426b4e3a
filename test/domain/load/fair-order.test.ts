import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { HOUR, plus } from '../../../src/domain/time/instant.js';
import { fairOrder } from '../../../src/domain/load/fair-order.js';
import { assignRunDates } from '../../../src/domain/load/run-date.js';
import { idle, limitOf, many, midnight, secondsLate } from './loads.js';

describe('fairness', () => {
  it('lets a small client not wait behind a large one', () => {
    const assigned = assignRunDates([...many(5_000, 'large'), ...many(10, 'small')], idle, midnight);
    const small = assigned.filter(({ id }) => id.startsWith('small'));
    expect(Math.max(...secondsLate(small))).toBeLessThan(60);
  });

  it('lets a small client not wait behind a large one that reaches its limit, nor behind its backfills', () => {
    const small = many(10, 'small');
    const limited = many(5_000, 'limited', { limits: [limitOf('client', 2)] });
    const filling = many(500, 'filling', { lane: 'backfill', cost: 200 });
    const assigned = assignRunDates([...limited, ...filling, ...small], idle, midnight);
    expect(Math.max(...secondsLate(assigned.filter(({ id }) => id.startsWith('small'))))).toBeLessThan(60);
  });

  it('lets the regular work of a client not wait for its own backfills', () => {
    const assigned = assignRunDates(
      [...many(100, 'a', { lane: 'backfill', cost: 300 }), ...many(10, 'a-regular', { clientId: 'a' })],
      idle,
      midnight,
    );
    expect(Math.max(...secondsLate(assigned.filter(({ id }) => id.startsWith('a-regular'))))).toBeLessThan(60);
  });

  it('lets a small client not wait for what is urgent to a large one, which still is in time', () => {
    const hourly = many(4_000, 'large', { nextDueDate: plus(midnight, HOUR) });
    const assigned = assignRunDates([...hourly, ...many(800, 'mid'), ...many(10, 'small')], idle, midnight);
    const small = assigned.filter(({ id }) => id.startsWith('small'));
    expect(Math.max(...secondsLate(small))).toBeLessThan(60);
    expect(assigned.filter(({ reason }) => reason === 'overload')).toEqual([]);
  });

  it('lets clients of one size take turns', () => {
    const ordered = fairOrder([...many(20, 'a'), ...many(20, 'b'), ...many(20, 'c')]);
    for (let n = 1; n <= 20; n += 1) {
      const counts = Map.groupBy(ordered.slice(0, 3 * n), ({ clientId }) => clientId);
      for (const group of counts.values()) expect(Math.abs(group.length - n)).toBeLessThanOrEqual(2);
    }
  });

  it('lets a large client begin before all smaller ones are done', () => {
    const smaller = Array.from({ length: 100 }, (_, n) => many(10, `s${n}-`)).flat();
    const ordered = fairOrder([...many(2_000, 'large'), ...smaller]);
    const before = ordered.slice(0, 1_000).filter(({ clientId }) => clientId === 'large');
    expect(before.length).toBeGreaterThan(0);
  });

  it('has nobody done later than by taking turns, but for the twentieth given by turns', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 12 }), (sizes) => {
        const claims = sizes.flatMap((size, n) => many(size, `c${n}-`, { cost: 1 }));
        const ordered = fairOrder(claims);
        for (const [n, size] of sizes.entries()) {
          const done = ordered.findLastIndex(({ clientId }) => clientId === `c${n}-`) + 1;
          const byTurns = sizes.reduce((sum, other) => sum + Math.min(other, size), 0);
          expect(done).toBeLessThanOrEqual(Math.ceil((byTurns * 20) / 19) + sizes.length);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('lets a client of greater weight be done as if it were smaller', () => {
    const ordered = fairOrder([...many(100, 'a'), ...many(200, 'b', { weight: 3 })]);
    const done = (client: string) => ordered.findLastIndex(({ clientId }) => clientId === client);
    expect(done('b')).toBeLessThan(done('a'));
  });
});
