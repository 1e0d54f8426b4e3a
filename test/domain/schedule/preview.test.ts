import { describe, expect, it } from 'vitest';
import { explain } from '../../../src/domain/schedule/explain.js';
import { previewPeriods } from '../../../src/domain/schedule/preview.js';
import type { PreviewRequest } from '../../../src/domain/schedule/preview.js';
import { aSchedule, at } from './schedules.js';

const preview = (fields: Readonly<Record<string, unknown>>, more: Partial<PreviewRequest> = {}) =>
  previewPeriods({ schedule: aSchedule(fields), now: at('2026-03-07T12:00Z'), count: 4, ...more });

const kinds = (fields: Readonly<Record<string, unknown>>, more: Partial<PreviewRequest> = {}) =>
  preview(fields, more).warnings.map(({ kind }) => kind);

const newYork = { startDate: '2026-03-01', timeZone: 'America/New_York' };

describe('a preview', () => {
  it('shows how long each period is', () => {
    expect(
      preview(newYork).periods.map(({ localDueDate, lengthHours, kind }) => [localDueDate, lengthHours, kind]),
    ).toEqual([
      ['2026-03-08T00:00:00.000-05:00', 168, 'first'],
      ['2026-03-09T00:00:00.000-04:00', 23, 'regular'],
      ['2026-03-10T00:00:00.000-04:00', 24, 'regular'],
      ['2026-03-11T00:00:00.000-04:00', 24, 'regular'],
    ]);
  });

  it('goes on from a watermark', () => {
    const [first, second] = preview(newYork, { watermark: at('2026-03-05T05:00Z') }).periods;
    expect(first).toMatchObject({ start: at('2026-03-05T05:00Z'), dueDate: at('2026-03-08T05:00Z'), kind: 'catch_up' });
    expect(second).toMatchObject({ start: at('2026-03-08T05:00Z'), kind: 'regular' });
  });

  it('makes as many periods as were asked for', () => {
    expect(preview({ selectedFrequency: 'Interval', interval: 'PT1M' }, { count: 400 }).periods).toHaveLength(400);
  });

  it('warns of a hour the clocks skip, and of the short period', () => {
    const { warnings } = preview({ ...newYork, syncHour: 2 }, { now: at('2026-03-06T12:00Z') });
    expect(warnings).toContainEqual({
      kind: 'hour_missing',
      dueDate: at('2026-03-08T07:00Z'),
      message: 'The clocks skip 02:00 on 2026-03-08: the sync is due at 2026-03-08T03:00:00.000-04:00.',
    });
    expect(warnings.map(({ kind }) => kind)).toContain('dst_short');
  });

  it('warns of an hour the clocks skip over midnight', () => {
    const { warnings } = preview(
      { startDate: '2024-03-01', syncHour: 23, timeZone: 'America/Nuuk' },
      { now: at('2024-03-29T12:00Z'), count: 2 },
    );
    expect(warnings.find(({ kind }) => kind === 'hour_missing')?.message).toBe(
      'The clocks skip 23:00 on 2024-03-30: the sync is due at 2024-03-31T00:00:00.000-01:00.',
    );
  });

  it('warns of an hour the clocks show twice, and of the long period', () => {
    const { warnings } = preview({ ...newYork, syncHour: 1 }, { now: at('2026-10-30T12:00Z') });
    expect(warnings.find(({ kind }) => kind === 'hour_twice')).toMatchObject({ dueDate: at('2026-11-01T05:00Z') });
    expect(warnings.find(({ kind }) => kind === 'dst_long')).toMatchObject({ dueDate: at('2026-11-02T06:00Z') });
  });

  it.each([
    ['future_start', { startDate: '2026-04-01' }, {}],
    ['long_catch_up', { startDate: '2026-01-01' }, {}],
    ['partial_first_day', { startDate: '2026-03-01', syncHour: 6 }, {}],
    ['start_date_shifted', { startDate: '2026-03-01' }, { writtenStartDate: '2026-02-28T23:30:00-05:00' }],
  ])('warns: %s', (kind, fields, more) => expect(kinds(fields, more)).toEqual([kind]));

  it('warns of nothing when there is nothing to warn of', () => {
    expect(kinds({ startDate: '2026-03-01' }, { writtenStartDate: '2026-03-01' })).toEqual([]);
    expect(
      kinds({ startDate: '2026-03-01', selectedFrequency: 'Hourly', timeZone: 'America/New_York' }, { count: 3 }),
    ).toEqual([]);
  });

  it('says how long the first period is, as the contract shows it', () => {
    const { warnings } = previewPeriods({ schedule: aSchedule(), now: at('2022-07-13T15:00Z'), count: 2 });
    expect(warnings).toEqual([
      { kind: 'long_catch_up', dueDate: at('2022-07-13T23:00Z'), message: 'The first period covers 74 days.' },
    ]);
  });
});

describe('an explanation', () => {
  it('tells the due dates around an instant', () => {
    expect(explain({ schedule: aSchedule({ ...newYork, syncHour: 2 }), at: at('2026-03-08T06:30Z') })).toEqual({
      at: at('2026-03-08T06:30Z'),
      localTime: '2026-03-08T01:30:00.000-05:00',
      offset: -300,
      wallTime: 'missing',
      latestDueDate: at('2026-03-07T07:00Z'),
      nextDueDate: at('2026-03-08T07:00Z'),
      localNextDueDate: '2026-03-08T03:00:00.000-04:00',
      explanation:
        'It is 2026-03-08T01:30:00.000-05:00 in America/New_York. The next due date is 2026-03-08T03:00:00.000-04:00.' +
        ' The clocks skip that hour, so it is moved forward by as much as they skip.',
    });
  });

  it('has no wall time for steps of elapsed time, and no due date before the first', () => {
    const schedule = aSchedule({ startDate: '2026-06-01', selectedFrequency: 'Hourly', timeZone: 'Etc/UTC' });
    expect(explain({ schedule, at: at('2026-03-08T06:30Z') })).toMatchObject({
      wallTime: undefined,
      latestDueDate: undefined,
      nextDueDate: at('2026-06-01T01:00Z'),
    });
  });
});
