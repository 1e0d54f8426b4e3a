import { describe, expect, it } from 'vitest';
import { instant, toIso } from '../../../src/domain/time/instant.js';
import { quietUntil, type QuietHours } from '../../../src/domain/load/quiet-hours.js';

const quiet = (startHour: number, endHour: number, timeZone = 'Etc/UTC') =>
  ({ startHour, endHour, timeZone }) as QuietHours;

describe('quiet hours', () => {
  it.each([
    ['before them', quiet(9, 17), '2026-03-02T08:59:59.999Z', undefined],
    ['as they begin', quiet(9, 17), '2026-03-02T09:00:00Z', '2026-03-02T17:00:00.000Z'],
    ['as they end', quiet(9, 17), '2026-03-02T17:00:00Z', undefined],
    ['before midnight', quiet(22, 6), '2026-03-02T23:00:00Z', '2026-03-03T06:00:00.000Z'],
    ['after midnight', quiet(22, 6), '2026-03-03T05:59:59.999Z', '2026-03-03T06:00:00.000Z'],
    ['on the clock of their zone', quiet(22, 6, 'Asia/Tokyo'), '2026-03-02T14:00:00Z', '2026-03-02T21:00:00.000Z'],
    [
      'over a night that is an hour short',
      quiet(22, 6, 'Europe/London'),
      '2026-03-28T23:00:00Z',
      '2026-03-29T05:00:00.000Z',
    ],
    [
      'over a night that is an hour long',
      quiet(22, 6, 'Europe/London'),
      '2026-10-24T22:00:00Z',
      '2026-10-25T06:00:00.000Z',
    ],
  ])('last until their end: %s', (_, hours, at, until) => {
    const end = quietUntil(hours, instant(at));
    expect(end && toIso(end)).toBe(until);
  });
});
