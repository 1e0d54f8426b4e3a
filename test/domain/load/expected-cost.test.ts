import { describe, expect, it } from 'vitest';
import { UNKNOWN_COST, expectedCost } from '../../../src/domain/load/expected-cost.js';

describe('what a run is expected to take', () => {
  it('is what those before it of its sync took, however long its like take', () => {
    expect(expectedCost({ own: 0.2, ofClient: 30, ofAll: 90 })).toBe(0.2);
  });

  it('is what its client’s other runs take before one of its sync has been measured, else what all do', () => {
    expect(expectedCost({ ofClient: 0.3, ofAll: 90 })).toBe(0.3);
    expect(expectedCost({ ofAll: 90 })).toBe(90);
  });

  it('is five seconds where nothing has been measured', () => {
    expect(expectedCost({})).toBe(UNKNOWN_COST);
    expect(UNKNOWN_COST).toBe(5);
  });

  it.each([0, -1, Number.NaN, Infinity])('takes %d seconds for no measure', (odd) => {
    expect(expectedCost({ own: odd, ofClient: 7 })).toBe(7);
    expect(expectedCost({ own: odd, ofClient: odd, ofAll: odd })).toBe(UNKNOWN_COST);
  });
});
