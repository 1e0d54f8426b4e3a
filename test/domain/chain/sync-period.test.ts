import { describe, expect, it } from 'vitest';
import { startInstant } from '../../../src/domain/schedule/due-date.js';
import type { Instant } from '../../../src/domain/time/instant.js';
import type { SyncSchedule } from '../../../src/domain/schedule/schedule.js';
import { PERIOD_TRANSITIONS, canBecome, planFirst, planNext, replan } from '../../../src/domain/chain/sync-period.js';
import type { NextPlan, PeriodStatus } from '../../../src/domain/chain/sync-period.js';
import { localTimeAt } from '../../../src/domain/time/zoned-time.js';
import { aSchedule, at } from '../schedule/schedules.js';

const daily = aSchedule({ startDate: '2022-05-01' });
const chainOf = (schedule: SyncSchedule, watermark?: string) => ({
  start: startInstant(schedule),
  watermark: watermark === undefined ? undefined : at(watermark),
});

const shown = (schedule: SyncSchedule, { start, dueDate }: { start: Instant; dueDate: Instant }) =>
  [start, dueDate].map((instant) => localTimeAt(instant, schedule.timeZone).slice(5, 16)).join(' to ');

const next = (plan: Partial<NextPlan>, schedule = daily) => {
  const planned = planNext({
    schedule,
    chain: chainOf(schedule),
    now: at('2022-07-15T03:00+01:00'),
    catchUp: 'collapse',
    ...plan,
  });
  return { period: shown(schedule, planned), recovered: planned.recoveredDueDates, initial: planned.isInitial };
};

describe('the period after a settlement', () => {
  it('starts at the due date of the last success', () => {
    expect(
      next({ chain: chainOf(daily, '2022-07-15T00:00+01:00'), settledDueDate: at('2022-07-15T00:00+01:00') }),
    ).toEqual({
      period: '07-15T00:00 to 07-16T00:00',
      recovered: 0,
      initial: false,
    });
  });

  it('takes in the period of a due date that failed', () => {
    expect(
      next({ chain: chainOf(daily, '2022-07-14T00:00+01:00'), settledDueDate: at('2022-07-15T00:00+01:00') }),
    ).toEqual({
      period: '07-14T00:00 to 07-16T00:00',
      recovered: 1,
      initial: false,
    });
  });

  it('keeps the start of a first period that failed, and counts how often it did', () => {
    const failed = { settledDueDate: at('2022-07-15T00:00+01:00'), settledRecoveredDueDates: 1 };
    expect(next(failed)).toEqual({ period: '05-01T00:00 to 07-16T00:00', recovered: 2, initial: true });
  });

  it.each([
    ['collapse', '07-14T00:00 to 07-20T00:00', 5],
    ['each', '07-14T00:00 to 07-15T00:00', 0],
  ] as const)('after an outage of days, with catchUp %s, is %s', (catchUp, period, recovered) => {
    const settled = { chain: chainOf(daily, '2022-07-14T00:00+01:00'), settledDueDate: at('2022-07-14T00:00+01:00') };
    expect(next({ ...settled, now: at('2022-07-20T09:00+01:00'), catchUp })).toEqual({
      period,
      recovered,
      initial: false,
    });
  });

  it('takes a due date that is now', () => {
    const settled = { chain: chainOf(daily, '2022-07-14T00:00+01:00'), settledDueDate: at('2022-07-14T00:00+01:00') };
    expect(next({ ...settled, now: at('2022-07-17T00:00+01:00') }).period).toBe('07-14T00:00 to 07-17T00:00');
  });

  it('does not drift after a manual run: the due date that was put aside stays', () => {
    const chain = chainOf(daily, '2022-07-15T01:30+01:00');
    expect(next({ chain, heldDueDate: at('2022-07-16T00:00+01:00') }).period).toBe('07-15T01:30 to 07-16T00:00');
  });

  it('keeps the next-day rule of a due date that a manual run put aside', () => {
    const evening = aSchedule({ startDate: '2022-05-01', syncHour: 18 });
    const plan = { chain: chainOf(evening, '2022-07-14T17:00+01:00'), heldDueDate: at('2022-07-15T18:00+01:00') };
    expect(next({ ...plan, now: at('2022-07-14T17:10+01:00') }, evening).period).toBe('07-14T17:00 to 07-15T18:00');
  });

  it('drops a put-aside due date that the manual run has gone past', () => {
    const chain = chainOf(daily, '2022-07-15T02:00+01:00');
    const plan = { chain, heldDueDate: at('2022-07-15T00:00+01:00') };
    expect(next(plan).period).toBe('07-15T02:00 to 07-16T00:00');
  });

  it('drops a put-aside due date of a schedule that was edited meanwhile', () => {
    const chain = chainOf(daily, '2022-07-15T01:30+01:00');
    const plan = { chain, heldDueDate: at('2022-07-15T18:00+01:00') };
    expect(next(plan).period).toBe('07-15T01:30 to 07-16T00:00');
  });

  it('comes sooner than the put-aside due date when the edited schedule does', () => {
    const chain = chainOf(daily, '2022-07-15T01:30+01:00');
    const plan = { chain, heldDueDate: at('2022-08-01T00:00+01:00') };
    expect(next(plan).period).toBe('07-15T01:30 to 07-16T00:00');
  });

  it('of a schedule edited while the period ran follows the next-day rule of the edit', () => {
    const edited = aSchedule({ startDate: '2022-05-01', syncHour: 6 });
    const settled = { chain: chainOf(edited, '2022-07-15T00:00+01:00'), settledDueDate: at('2022-07-15T00:00+01:00') };
    expect(next(settled, edited).period).toBe('07-15T00:00 to 07-15T06:00');
    const configuredAt = at('2022-07-15T00:10+01:00');
    expect(next({ ...settled, configuredAt }, edited).period).toBe('07-15T00:00 to 07-16T06:00');
  });

  it('starts at the anchor of a chain that began anew behind a declared gap', () => {
    const chain = { watermark: at('2022-06-01T00:00+01:00'), start: at('2022-07-01T00:00+01:00') };
    expect(next({ chain, settledDueDate: at('2022-06-02T00:00+01:00') }).period).toBe('07-01T00:00 to 07-15T00:00');
  });
});

describe('an edit', () => {
  const now = at('2022-07-13T16:00+01:00');
  const request = {
    schedule: daily,
    previous: daily,
    chain: chainOf(daily, '2022-07-13T00:00+01:00'),
    now,
    enabled: true,
  };
  const laterHour = aSchedule({ startDate: '2022-05-01', syncHour: 6 });

  it.each(['planned', 'assigned', 'queued'] as const)(
    'of nothing recomputes nothing while a period is %s',
    (status) => {
      expect(replan({ ...request, open: { status } })).toEqual({ supersede: false });
    },
  );

  it.each(['planned', 'assigned', 'queued'] as const)(
    'supersedes a %s period and plans from the watermark',
    (status) => {
      const { supersede, plan } = replan({ ...request, schedule: laterHour, open: { status } });
      expect(supersede).toBe(true);
      expect(plan && shown(laterHour, plan)).toBe('07-13T00:00 to 07-14T06:00');
    },
  );

  it('leaves a running period alone, even when the sync is disabled', () => {
    const open = { status: 'running' } as const;
    expect(replan({ ...request, schedule: laterHour, open })).toEqual({ supersede: false });
    expect(replan({ ...request, enabled: false, open })).toEqual({ supersede: false });
  });

  it('that disables the sync supersedes and plans nothing', () => {
    expect(replan({ ...request, enabled: false, open: { status: 'planned' } })).toEqual({ supersede: true });
    expect(replan({ ...request, enabled: false, open: undefined })).toEqual({ supersede: false });
  });

  it('that enables the sync again plans from the watermark by the next-day rule', () => {
    const { supersede, plan } = replan({ ...request, open: undefined, now: at('2022-08-01T09:00+01:00') });
    expect(supersede).toBe(false);
    expect(plan && shown(daily, plan)).toBe('07-13T00:00 to 08-02T00:00');
    expect(plan?.recoveredDueDates).toBe(19);
  });

  it('plans a first period when there was no schedule', () => {
    const { plan } = replan({ ...request, previous: undefined, chain: chainOf(daily), open: undefined });
    expect(plan).toEqual(planFirst({ schedule: daily, chain: chainOf(daily), now }));
  });

  it('to another frequency makes a period of another length, without gap or overlap', () => {
    const monthly = aSchedule({ startDate: '2022-05-01', selectedFrequency: 'Monthly' });
    const { plan } = replan({ ...request, schedule: monthly, open: { status: 'planned' } });
    expect(plan && shown(monthly, plan)).toBe('07-13T00:00 to 08-01T00:00');
  });
});

describe('a period', () => {
  it('that is settled or superseded becomes nothing else', () => {
    for (const status of ['succeeded', 'failed', 'superseded'] as const) expect(PERIOD_TRANSITIONS[status]).toEqual([]);
  });

  it.each<[PeriodStatus, PeriodStatus, boolean]>([
    ['planned', 'assigned', true],
    ['planned', 'running', false],
    ['assigned', 'queued', true],
    ['queued', 'running', true],
    ['running', 'assigned', true],
    ['running', 'succeeded', true],
    ['running', 'superseded', false],
    ['queued', 'superseded', true],
  ])('%s may become %s: %s', (from, to, allowed) => expect(canBecome(from, to)).toBe(allowed));
});
