import { describe, expect, it } from 'vitest';
import { startInstant } from '../../../src/domain/schedule/due-date.js';
import { previewPeriods } from '../../../src/domain/schedule/preview.js';
import { planFirst, planNext } from '../../../src/domain/chain/sync-period.js';
import { localTimeAt } from '../../../src/domain/time/zoned-time.js';
import { aSchedule, at } from './schedules.js';

describe('a schedule received on 13 July at 16:00, to start on 1 May, daily at hour 0', () => {
  const schedule = aSchedule({ startDate: '2022-05-01', syncHour: 0, selectedFrequency: 'Daily' });
  const now = at('2022-07-13T16:00+01:00');
  const chain = { watermark: undefined, start: startInstant(schedule) };
  const first = planFirst({ schedule, chain, now });

  it('has a first period from 1 May 00:00 to 14 July 00:00', () => {
    expect(first).toEqual({
      start: at('2022-05-01T00:00+01:00'),
      dueDate: at('2022-07-14T00:00+01:00'),
      isInitial: true,
      recoveredDueDates: 0,
    });
  });

  it('has a second period from 14 July 00:00 to 15 July 00:00', () => {
    const second = planNext({
      schedule,
      chain: { ...chain, watermark: first.dueDate },
      settledDueDate: first.dueDate,
      now: at('2022-07-14T03:00+01:00'),
      catchUp: 'collapse',
    });
    expect(second).toEqual({
      start: at('2022-07-14T00:00+01:00'),
      dueDate: at('2022-07-15T00:00+01:00'),
      isInitial: false,
      recoveredDueDates: 0,
    });
  });

  it('is previewed as it is planned', () => {
    const { periods } = previewPeriods({ schedule, now, count: 2 });
    expect(
      periods.map(({ start, localDueDate, kind }) => [localTimeAt(start, schedule.timeZone), localDueDate, kind]),
    ).toEqual([
      ['2022-05-01T00:00:00.000+01:00', '2022-07-14T00:00:00.000+01:00', 'first'],
      ['2022-07-14T00:00:00.000+01:00', '2022-07-15T00:00:00.000+01:00', 'regular'],
    ]);
  });
});
