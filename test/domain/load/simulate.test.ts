import { describe, expect, it } from 'vitest';
import type { Frequency } from '../../../src/domain/schedule/frequency.js';
import { zipfSizes } from '../../../bench/simulate/draw.js';
import { delayClasses, figuresOf, peakOf } from '../../../bench/simulate/figures.js';
import { fleetOf, type FleetSync } from '../../../bench/simulate/fleet.js';
import { readOptions } from '../../../bench/simulate/options.js';
import { Plan } from '../../../bench/simulate/plan.js';
import { plot } from '../../../bench/simulate/plot.js';
import { span } from '../../../bench/simulate/report.js';
import { workersFor } from '../../../bench/simulate/workers.js';

/** Syncs of one client that are alike but for their zones and hours. */
const of = (count: number, selectedFrequency: Frequency, more: Partial<FleetSync> = {}): FleetSync[] =>
  fleetOf({ syncs: count, clients: 1, seed: 1 }).map((sync) => {
    const schedule = Object.assign({}, sync.schedule, { selectedFrequency });
    return Object.assign({ client: 0, cost: 5, firstCost: undefined, schedule }, more);
  });

describe('the options of the simulator', () => {
  it('have defaults', () => {
    expect(readOptions([])).toMatchObject({ syncs: 100_000, clients: 2_000, days: 2, concurrency: 8, out: 'load.svg' });
    expect(readOptions(['--syncs', '50'])).toMatchObject({ clients: 50 });
    expect(readOptions(['--help'])).toBe('help');
  });

  it.each([
    [['--syncs', 'many'], '--syncs takes a whole number from 1 to 5,000,000, not "many".'],
    [['--days', '0'], '--days takes a whole number from 1 to 31, not "0".'],
    [['--seed', '-1'], "Option '--seed"],
    [['--workers', '1.5'], '--workers takes a whole number from 1 to 100,000, not "1.5".'],
    [['--sincs', '5'], "Unknown option '--sincs'"],
    [['fast'], "Unexpected argument 'fast'"],
    [['--out', ''], '--out takes the name of a file.'],
    [['--syncs', '10', '--clients', '11'], '--clients takes a whole number from 1 to 10, not "11".'],
  ])('refuse %j', (args, problem) => {
    expect(readOptions(args)).toEqual([expect.stringContaining(problem)]);
  });

  it('name all problems at once', () => {
    expect(readOptions(['--days', 'x', '--workers', '0'])).toHaveLength(2);
  });
});

describe('the fleet', () => {
  it('has clients by Zipf’s law, each with a sync, all in all exactly as many as asked for', () => {
    for (const [total, count] of [
      [10, 10],
      [1_000, 7],
      [99_999, 2_000],
    ] as const) {
      const sizes = zipfSizes(total, count);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(total);
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(1);
    }
    expect(zipfSizes(100_000, 100)[0]).toBeGreaterThan(19_000);
  });

  it('is the same for the same seed, and another for another', () => {
    const numbers = { syncs: 500, clients: 20 };
    expect(fleetOf({ ...numbers, seed: 3 })).toEqual(fleetOf({ ...numbers, seed: 3 }));
    expect(fleetOf({ ...numbers, seed: 3 })).not.toEqual(fleetOf({ ...numbers, seed: 4 }));
  });

  it('is mostly daily, at midnight, in the zones where merchants are', () => {
    const fleet = fleetOf({ syncs: 20_000, clients: 200, seed: 5 });
    const part = (is: (sync: FleetSync) => boolean) => fleet.filter(is).length / fleet.length;
    expect(part(({ schedule }) => schedule.selectedFrequency === 'Daily')).toBeCloseTo(0.88, 1);
    expect(part(({ schedule }) => schedule.syncHour === 0)).toBeCloseTo(0.7 + 0.15 / 24, 1);
    expect(part(({ firstCost }) => firstCost !== undefined)).toBeCloseTo(0.02, 2);
    expect(new Set(fleet.map(({ schedule }) => schedule.timeZone)).size).toBeGreaterThan(200);
  });

  it('has as many workers as its work fills to 70 % of what may be planned', () => {
    // 1,000 runs of 60 s a day; one that executes 1 run at a time may be given 69,120 s a day.
    expect(workersFor(of(806, 'Daily', { cost: 60 }), 1)).toBe(1);
    expect(workersFor(of(807, 'Daily', { cost: 60 }), 1)).toBe(2);
  });
});

describe('what is planned for a fleet', () => {
  const options = { days: 2, capacity: 384, batch: 10_000 };

  it('is each period once: two of a daily sync in two days, 48 of an hourly one', () => {
    for (const [frequency, periods] of [
      ['Daily', 2],
      ['Hourly', 48],
    ] as const) {
      const planned = new Plan(of(50, frequency), options).run();
      expect(planned.delays.flat().length / 50).toBeCloseTo(periods, -1);
      const slots = options.days * 1_440 + 10;
      const starts = (book: typeof planned.before) =>
        book.starts.subarray(0, slots).reduce((sum, each) => sum + each, 0);
      expect(starts(planned.before)).toBeGreaterThanOrEqual(50 * periods);
    }
  });

  it('never holds more than a slot does, in one transaction or in many', () => {
    for (const batch of [10_000, 37]) {
      const planned = new Plan(of(2_000, 'Daily', { firstCost: 70 }), { ...options, batch }).run();
      expect(Math.max(...planned.after.work())).toBeLessThanOrEqual(options.capacity);
      expect(Math.max(...planned.before.work())).toBeGreaterThan(options.capacity);
      expect(planned.reasons.get('overload')).toBeUndefined();
    }
  });

  it('has first periods in the lane of backfills, and only the first', () => {
    const planned = new Plan(of(10, 'Hourly', { firstCost: 50 }), options).run();
    const backfills = planned.after.bookings(0).filter((booking) => 'lane' in booking && booking.lane === 'backfill');
    expect(backfills.reduce((sum, { seconds }) => sum + seconds, 0)).toBe(500);
  });
});

describe('the figures', () => {
  it('tell the fullest slot and the mean', () => {
    expect(peakOf(Float64Array.of(0, 6, 3, 3))).toEqual({ peak: 6, mean: 3, ratio: 2 });
    expect(peakOf(Float64Array.of(0, 0))).toEqual({ peak: 0, mean: 0, ratio: 0 });
  });

  it('tell delays by the size of clients, tenth by tenth', () => {
    const delays = Array.from({ length: 20 }, (_, n) => Array.from({ length: n + 1 }, (_, each) => each));
    const classes = delayClasses(delays);
    expect(classes.map(({ clients }) => clients)).toEqual([...Array<number>(10).fill(2), 1]);
    expect(classes[0]).toMatchObject({ name: 'smallest', periods: 3, p50: 0, p99: 1 });
    expect(classes.at(-1)).toMatchObject({ periods: 20, p50: 9, p95: 18, p99: 19 });
  });

  it('write spans as people read them', () => {
    expect([4.25, 42, 90, 7_200].map(span)).toEqual(['4.3 s', '42 s', '1.5 min', '2.0 h']);
  });

  it('come from what has been planned', () => {
    const figures = figuresOf(new Plan(of(100, 'Daily'), { days: 1, capacity: 384, batch: 10 }).run(), 1_440);
    expect(figures.work.after.peak).toBeLessThanOrEqual(384);
    expect(figures.reasons.reduce((sum, [, count]) => sum + count, 0)).toBe(figures.delays.at(-1)?.periods);
  });
});

describe('the plot', () => {
  const before = new Float64Array(2_880);
  before[60] = 900;
  before[120] = 100;
  const svg = plot({ title: 'A & B', before, after: new Float64Array(2_880).fill(50), capacity: 100 });

  it('has a line for each minute in which work is due, as high as the square root of the work', () => {
    const due = /class="due"[^>]*d="([^"]*)"/.exec(svg)?.[1] ?? '';
    const heights = [...due.matchAll(/ 356V([\d.]+)/g)].map(([, y]) => 356 - Number(y));
    expect(heights).toHaveLength(2);
    expect((heights[0] ?? 0) / (heights[1] ?? 1)).toBeCloseTo(3, 1);
  });

  it('tells in words what it shows, and is read in the dark as well', () => {
    expect(svg).toContain('<title id="t">A &amp; B</title>');
    expect(svg).toContain('up to 9.0 times the capacity; planned, never above it.');
    const over = plot({ title: '', before, after: new Float64Array(2_880).fill(125), capacity: 100 });
    expect(over).toContain('planned, at most 1.25 times.');
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg).toContain('day 2, 0 h');
  });

  it('is small', () => expect(svg.length).toBeLessThan(20_000));
});
