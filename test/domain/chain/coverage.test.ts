import { describe, expect, it } from 'vitest';
import { coverage } from '../../../src/domain/chain/coverage.js';
import type { CoveredPeriod } from '../../../src/domain/chain/coverage.js';
import { DAY, instantOf } from '../../../src/domain/time/instant.js';

const day = (n: number) => instantOf(n * DAY);
const period = (from: number, upTo: number, more: Partial<CoveredPeriod> = {}): CoveredPeriod => ({
  start: day(from),
  dueDate: day(upTo),
  isInitial: false,
  kind: 'chain',
  ...more,
});
const initial = (from: number, upTo: number) => period(from, upTo, { isInitial: true });
const range = (from: number, upTo: number) => period(from, upTo, { kind: 'range' });

/** Spans as `from-upTo` in days, in order. */
function proof(periods: readonly CoveredPeriod[], start: number): Record<string, string> {
  const { from, upTo, gaps, overlaps, declaredGaps } = coverage(periods, day(start));
  const spans = (found: typeof gaps) => found.map((span) => `${span.start / DAY}-${span.dueDate / DAY}`).join(' ');
  return {
    reach: `${from / DAY}-${upTo / DAY}`,
    gaps: spans(gaps),
    overlaps: spans(overlaps),
    declared: spans(declaredGaps),
  };
}

describe('coverage', () => {
  it.each([
    ['of nothing', [], 5, { reach: '5-5', gaps: '', overlaps: '', declared: '' }],
    [
      'of an unbroken chain',
      [initial(0, 9), period(9, 10), period(10, 12)],
      0,
      { reach: '0-12', gaps: '', overlaps: '', declared: '' },
    ],
    [
      'in any order',
      [period(10, 12), initial(0, 9), period(9, 10)],
      0,
      { reach: '0-12', gaps: '', overlaps: '', declared: '' },
    ],
    ['shows a gap', [initial(0, 9), period(10, 11)], 0, { reach: '0-9', gaps: '9-10', overlaps: '', declared: '' }],
    ['shows an overlap', [initial(0, 9), period(8, 11)], 0, { reach: '0-11', gaps: '', overlaps: '8-9', declared: '' }],
    [
      'shows a period within another',
      [initial(0, 9), period(2, 3)],
      0,
      { reach: '0-9', gaps: '', overlaps: '2-3', declared: '' },
    ],
    [
      'knows a gap that a range closed',
      [initial(0, 9), range(9, 10), period(10, 11)],
      0,
      { reach: '0-11', gaps: '', overlaps: '', declared: '' },
    ],
    [
      'tells a declared gap',
      [initial(0, 9), initial(12, 14)],
      12,
      { reach: '12-14', gaps: '', overlaps: '', declared: '9-12' },
    ],
    [
      'tells a declared gap before its first success',
      [initial(0, 9)],
      12,
      { reach: '12-12', gaps: '', overlaps: '', declared: '9-12' },
    ],
    [
      'takes a range out of a declared gap',
      [initial(0, 9), range(10, 11), initial(12, 14)],
      12,
      { reach: '12-14', gaps: '', overlaps: '', declared: '9-10 11-12' },
    ],
    [
      'lets ranges lie before the chain',
      [range(-9, -8), range(-5, -4), initial(0, 2)],
      0,
      { reach: '0-2', gaps: '', overlaps: '', declared: '' },
    ],
    [
      'knows a chain that a range began',
      [period(-3, 4, { kind: 'range', isInitial: true }), period(4, 5)],
      0,
      { reach: '0-5', gaps: '', overlaps: '', declared: '' },
    ],
  ])('%s', (_, periods, start, expected) => expect(proof(periods, start)).toEqual(expected));
});
