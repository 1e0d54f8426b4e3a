import { describe, expect, it } from 'vitest';
import { isMassDeletion } from '../../../src/domain/run/mass-deletion.js';

describe('records that are missing at the source', () => {
  it.each([
    [0, 0, false],
    [0, 10, false],
    [1, 5, false],
    [1, 4, true],
    [1, 3, true],
    [1, 1, true],
    [20, 100, false],
    [21, 100, true],
    [1_000, 5_000, false],
    [1_000, 1_000_000, false],
    [1_001, 1_000_000, true],
  ])('%i of %i: somebody must approve, %s', (missing, live, held) => {
    expect(isMassDeletion({ missing, live })).toBe(held);
  });
});
