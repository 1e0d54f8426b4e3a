import { describe, expect, it } from 'vitest';
import { RELEASE_PROBES, releaseAtLeast } from '../../../src/domain/time/release-probes.js';
import { compareReleases } from '../../../src/domain/time/time-zone-release.js';
import { offsetAt } from '../../../src/domain/time/zoned-time.js';
import { zone } from '../schedule/schedules.js';

const releases = RELEASE_PROBES.map(({ release }) => release);
const offsets = RELEASE_PROBES.map(({ offset }) => offset);

describe('what time zone data are at least', () => {
  it('is told by the newest of the changes that they know, up to the first they do not', () => {
    expect(releaseAtLeast(offsets)).toBe(releases.at(-1));
    expect(releaseAtLeast(offsets.with(3, 0))).toBe(releases[2]);
    expect(releaseAtLeast(offsets.with(0, 0))).toBeUndefined();
    expect(releaseAtLeast([])).toBeUndefined();
  });

  it('is in order, and true of the data of this process', () => {
    expect(releases.toSorted(compareReleases)).toEqual(releases);
    const known = RELEASE_PROBES.filter(({ release }) => compareReleases(release, process.versions['tz'] ?? '') <= 0);
    expect(known.length).toBeGreaterThan(3);
    expect(known.map(({ timeZone, at }) => offsetAt(at, zone(timeZone)))).toEqual(known.map(({ offset }) => offset));
  });
});
