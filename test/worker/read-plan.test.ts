import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { MINUTE, instant, instantOf, plus, toIso, type Instant } from '../../src/domain/time/instant.js';
import type { ReadWindow } from '../../src/domain/chain/read-window.js';
import { readPlanOf } from '../../src/sync/execute/read-plan.js';
import { settledSync } from '../../src/sync/settle/settled-sync.js';
import type { ModelDescription } from '../../src/ports/connector.js';
import type { StartedRun } from '../../src/ports/runs.js';
import type { SettlementContext } from '../../src/ports/settlements.js';
import type { ReadSettings, WatermarkAt } from '../../src/ports/syncs.js';
import { aSchedule, zone } from '../domain/schedule/schedules.js';

const capabilities = {
  sort: true,
  page: true,
  filter: true,
  incremental: true,
  total: false,
  updatedAt: true,
  createdAt: false,
  announcesChanges: false,
};
const orders: ModelDescription = { name: 'orders', capabilities };
const usual: ReadSettings = { mode: 'auto', syncOnly: false, readWindow: 'period', watermarkAt: 'periodEnd' };

interface Asked {
  readonly range: readonly [string | Instant, string | Instant];
  readonly timeZone?: string;
  readonly sync?: Partial<ReadSettings>;
  /** Null for a run that fills no period. */
  readonly periodKind?: StartedRun['periodKind'] | null;
  readonly model?: ModelDescription;
}

const at = (moment: string | Instant): Instant => (typeof moment === 'string' ? instant(moment) : moment);

/** The plan of a run of a period, as far as it depends on what is given. */
function planOf({ range, timeZone = 'Europe/London', sync, model = orders, periodKind = 'chain' }: Asked) {
  const run = { mode: 'auto', filter: {}, range: { start: at(range[0]), finish: at(range[1]) } };
  const started = { run, periodKind: periodKind ?? undefined, sync: { ...usual, ...sync }, timeZone: zone(timeZone) };
  return readPlanOf(started as unknown as StartedRun, model);
}

function spanOf(asked: Asked): string | undefined {
  const window = planOf(asked)?.window;
  return window && `${toIso(window.start)} ${window.finish === undefined ? 'on' : toIso(window.finish)}`;
}

const HOUR_MS = 60 * MINUTE;
const hoursOf = (asked: Asked): number => {
  const window = planOf(asked)?.window;
  return ((window?.finish ?? NaN) - (window?.start ?? NaN)) / HOUR_MS;
};

describe('a daily period with a lookback of an hour', () => {
  const sync = { lookback: 'PT1H' };

  it.each([
    ['an ordinary day', '2022-07-12T23:00:00Z', '2022-07-13T23:00:00Z', 25],
    ['the day the clocks go back', '2022-10-29T23:00:00Z', '2022-10-31T00:00:00Z', 26],
    ['the day they go forward', '2022-03-27T00:00:00Z', '2022-03-27T23:00:00Z', 24],
  ])('reads an hour more: %s', (_, start, finish, hours) => {
    expect(hoursOf({ range: [start, finish], sync })).toBe(hours);
  });
});

it.each([
  // A day before midnight of 31 October is midnight of the 30th, 25 hours earlier.
  ['P1D', '2022-10-31T00:00:00Z', '2022-10-29T23:00:00.000Z'],
  ['P1D', '2022-03-27T23:00:00Z', '2022-03-27T00:00:00.000Z'],
  ['P1M', '2022-03-30T23:00:00Z', '2022-02-28T00:00:00.000Z'],
  ['P1DT1H', '2022-10-31T00:00:00Z', '2022-10-29T22:00:00.000Z'],
])('a lookback of %s counts days and months on the calendar of the zone', (lookback, start, expected) => {
  const finish = plus(instant(start), 24 * HOUR_MS);
  expect(spanOf({ range: [start, finish], sync: { lookback } })).toBe(`${expected} ${toIso(finish)}`);
});

describe('a sync that reads whole days', () => {
  const sync = { readWindow: 'previousDay' } as const;
  const range = ['2022-07-13T05:00:00Z', '2022-07-14T05:00:00Z'] as const;

  it('reads the day before the due date, and its lookback before that', () => {
    expect(spanOf({ range, sync })).toBe('2022-07-12T23:00:00.000Z 2022-07-13T23:00:00.000Z');
    expect(spanOf({ range, sync: { ...sync, lookback: 'PT1H' } })).toBe(
      '2022-07-12T22:00:00.000Z 2022-07-13T23:00:00.000Z',
    );
  });

  it('reads nothing while no day has ended, whatever its lookback', () => {
    const within = ['2022-07-13T05:00:00Z', '2022-07-13T06:00:00Z'] as const;
    expect(planOf({ range: within, sync: { ...sync, lookback: 'P1D' } })).toBeUndefined();
  });

  it('reads a model whole that cannot be read by days', () => {
    const listed = { name: 'stock', capabilities: { ...capabilities, incremental: false, filter: false } };
    expect(planOf({ range, sync, model: listed })).toMatchObject({ mode: 'audit', window: undefined });
  });
});

it('a run that was asked for a range reads that range, however the sync reads', () => {
  const range = ['2022-07-13T05:00:00Z', '2022-07-13T06:00:00Z'] as const;
  const readFrom = instant('2022-01-01T00:00:00Z');
  for (const periodKind of ['range', null] as const) {
    for (const sync of [{ readWindow: 'previousDay' }, { watermarkAt: 'runEnd' }, { readFrom }] as const)
      expect(spanOf({ range, sync, periodKind })).toBe('2022-07-13T05:00:00.000Z 2022-07-13T06:00:00.000Z');
  }
});

it('a sync whose watermark is the end of its runs reads on from there without a bound', () => {
  const range = ['2022-07-13T05:00:00Z', '2022-07-14T05:00:00Z'] as const;
  const sync = { watermarkAt: 'runEnd' } as const;
  expect(spanOf({ range, sync })).toBe('2022-07-13T05:00:00.000Z on');
  const readTo = instant('2022-07-13T05:07:00Z');
  expect(spanOf({ range, sync: { ...sync, readTo } })).toBe('2022-07-13T05:07:00.000Z on');
});

/** How far a success of a period has read, by its settlement. */
function readToOf(
  sync: ReadSettings,
  { start, dueDate, timeZone }: { start: Instant; dueDate: Instant; timeZone: string },
) {
  const schedule = aSchedule({ timeZone });
  const context = {
    run: { startedAt: dueDate },
    sync: { ...sync, schedule, chainStart: start, watermark: start, consecutiveFailures: 0, lastSequence: 0 },
    period: { kind: 'chain', start, dueDate },
  } as unknown as SettlementContext;
  const outcome = { kind: 'synced', records: 0 } as const;
  // The source is listed within seven minutes.
  const listedAt = plus(dueDate, 7 * MINUTE);
  return settledSync({ context, outcome, progress: {}, listedAt }, { kind: 'succeeded' }, dueDate).readTo ?? undefined;
}

describe('runs that read one after the other', () => {
  const steps = fc.array(
    fc.record({
      minutes: fc.integer({ min: 1, max: 3 * 24 * 60 }),
      readWindow: fc.constantFrom<ReadWindow>('period', 'previousDay', 'previousHour'),
      timeZone: fc.constantFrom('Europe/London', 'Asia/Tokyo', 'America/New_York', 'Asia/Kathmandu', 'Etc/UTC'),
      fails: fc.boolean(),
    }),
    { minLength: 1, maxLength: 20 },
  );
  const begin = fc
    .integer({ min: Date.UTC(2020, 0, 1) / MINUTE, max: Date.UTC(2024, 0, 1) / MINUTE })
    .map((minutes) => instantOf(minutes * MINUTE));

  it('leave nothing unread between them, however their days, hours and zones are changed', () => {
    fc.assert(
      fc.property(begin, steps, (first, history) => {
        let [start, dueDate] = [first, first];
        let readTo: Instant | undefined;
        let reached = first;
        for (const { minutes, readWindow, timeZone, fails } of history) {
          dueDate = plus(dueDate, minutes * MINUTE);
          const sync = { ...usual, readWindow, readTo };
          const window = planOf({ range: [start, dueDate], timeZone, sync })?.window;
          if (fails) continue;
          expect(window?.start ?? reached).toBeLessThanOrEqual(reached);
          reached = instantOf(Math.max(reached, window?.finish ?? reached));
          readTo = readToOf(sync, { start, dueDate, timeZone });
          // What counts as read has been read.
          expect(readTo ?? dueDate).toBeLessThanOrEqual(reached);
          start = dueDate;
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('may leave something unread only where the sync reads to the end of its runs', () => {
    const period = { start: instant('2022-07-13T00:00:00Z'), dueDate: instant('2022-07-14T00:00:00Z') };
    const readTo = (watermarkAt: WatermarkAt) =>
      readToOf({ ...usual, watermarkAt }, { ...period, timeZone: 'Etc/UTC' });
    expect(readTo('periodEnd')).toBeUndefined();
    expect(readTo('runEnd')).toBe(instant('2022-07-14T00:07:00Z'));
    // Back to reading by periods, all of it is read again.
    const range = [period.dueDate, plus(period.dueDate, 24 * HOUR_MS)] as const;
    expect(spanOf({ range, sync: { readTo: readTo('runEnd') } })).toBe(
      '2022-07-14T00:00:00.000Z 2022-07-15T00:00:00.000Z',
    );
  });
});
