import { instant, type Instant } from './instant.js';

/** An offset that a release of the time zone database changed, asked of data whose version nobody tells. */
export interface ReleaseProbe {
  /** Data with this offset are of this release or a later one. */
  readonly release: string;
  readonly timeZone: string;
  readonly at: Instant;
  /** Minutes east of UTC. */
  readonly offset: number;
}

/** Oldest first. None of the releases between them is told apart. */
export const RELEASE_PROBES: readonly ReleaseProbe[] = [
  // Jordan stayed on summer time.
  { release: '2022f', timeZone: 'Asia/Amman', at: instant('2023-01-01T00:00Z'), offset: 180 },
  // Egypt took summer time up again.
  { release: '2023c', timeZone: 'Africa/Cairo', at: instant('2023-07-01T00:00Z'), offset: 180 },
  // All of Kazakhstan at one time.
  { release: '2024a', timeZone: 'Asia/Almaty', at: instant('2024-04-01T00:00Z'), offset: 300 },
  // Paraguay stays on summer time.
  { release: '2025a', timeZone: 'America/Asuncion', at: instant('2025-07-01T00:00Z'), offset: -180 },
  // British Columbia stays on summer time.
  { release: '2026a', timeZone: 'America/Vancouver', at: instant('2026-12-01T00:00Z'), offset: -420 },
];

/** The release that data with these offsets are at least, in the order of the probes; undefined for older data. */
export function releaseAtLeast(offsets: readonly (number | undefined)[]): string | undefined {
  const missed = RELEASE_PROBES.findIndex(({ offset }, index) => offsets[index] !== offset);
  const matched = missed === -1 ? RELEASE_PROBES : RELEASE_PROBES.slice(0, missed);
  return matched.at(-1)?.release;
}
