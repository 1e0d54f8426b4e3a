import { describe, expect, it } from 'vitest';
import { compareReleases, isOlderThan } from '../../../src/domain/time/time-zone-release.js';

const inOrder = ['unknown', '1996a', '2022e', '2023b', '2023c', '2025c', '2025y', '2025z', '2025za', '2025zb', '2026a'];

describe('releases of the time zone database', () => {
  it('are older and newer by year, then by letter, of which there may be more than 26', () => {
    expect(inOrder.toReversed().toSorted(compareReleases)).toEqual(inOrder);
  });

  it.each(inOrder)('%s is not older than itself', (version) => {
    expect(isOlderThan(version, version)).toBe(false);
  });

  it.each(['', 'unknown', 'test', '2023', '2023C', '2023cc', '23c', '2023c '])(
    '%j is no release: older than each of them, and newer than none',
    (text) => {
      expect(isOlderThan(text, '1996a')).toBe(true);
      expect(isOlderThan('1996a', text)).toBe(false);
      expect(isOlderThan('unknown', text)).toBe(false);
    },
  );
});
