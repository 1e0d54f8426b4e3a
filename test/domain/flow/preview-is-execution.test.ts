import { describe, expect, it } from 'vitest';
import { previewChain, previewPeriods } from '../../../src/domain/schedule/preview.js';
import { nextDueDate } from '../../../src/domain/schedule/due-date.js';
import { DAY, instantOf, plus, toIso, type Instant } from '../../../src/domain/time/instant.js';
import { TIME_ZONE_NAMES } from '../../../src/domain/time/time-zones.js';
import { parseTimeZone } from '../../../src/domain/time/zoned-time.js';
import type { PeriodWindow } from '../../../src/domain/chain/period.js';
import { ChainWorld } from '../chain/chain-world.js';
import { randomNumbers } from '../../support/random-numbers.js';

const CONFIGURATIONS = 10_000;
/** Each so manieth is followed for 400 periods, more than a year of a daily sync (FAR_EVERY=1: all of them); the others for 15. */
const [FAR, NEAR] = [400, 15];
const EVERY = Number(process.env['FAR_EVERY'] ?? 40);
const seed = Number(process.env['SEED'] ?? 20261122);
const zones = TIME_ZONE_NAMES.filter((name) => parseTimeZone(name) !== undefined);

interface Drawn {
  readonly now: Instant;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly count: number;
}

/** The nth configuration: all zones in turn, moments of 2020 to 2035, start dates around them. */
function drawn(index: number, random: () => number): Drawn {
  const whole = (below: number) => Math.floor(random() * below);
  const now = instantOf(Date.UTC(2020, 0, 1) + whole(15 * 365 * DAY));
  const startDate = toIso(plus(now, (whole(500) - 400) * DAY)).slice(0, 10);
  const every = ['Daily', 'Daily', 'Daily', 'Weekly', 'Monthly', 'Hourly', 'Interval'][whole(7)];
  const interval = every === 'Interval' ? { interval: `PT${1 + whole(720)}M` } : {};
  const fields = {
    selectedFrequency: every,
    ...interval,
    startDate,
    syncHour: whole(24),
    timeZone: zones[index % zones.length],
  };
  return { now, fields, count: index % EVERY === 0 ? FAR : NEAR };
}

/** What is planned when every period succeeds before the next is due, each after a while of its own. */
function executed(world: ChainWorld, count: number, random: () => number): readonly PeriodWindow[] {
  const periods: PeriodWindow[] = [];
  while (periods.length < count) {
    const window = world.open?.window;
    if (window === undefined) throw new Error('no period is planned');
    periods.push({ start: window.start, dueDate: window.dueDate });
    const room = nextDueDate(world.schedule, window.dueDate) - window.dueDate;
    if (world.now < window.dueDate) world.wait(window.dueDate - world.now);
    world.start();
    world.finish('success', Math.floor(random() * room));
  }
  return periods;
}

const windowsOf = (periods: readonly PeriodWindow[]) => periods.map(({ start, dueDate }) => [start, dueDate]);

describe(`a preview (SEED=${seed})`, () => {
  it(`shows the periods that are planned when it is saved, for ${CONFIGURATIONS} configurations over all zones`, () => {
    const random = randomNumbers(seed);
    for (let index = 0; index < CONFIGURATIONS; index += 1) {
      const { now, fields, count } = drawn(index, random);
      const world = new ChainWorld(now, fields, 'collapse');
      const { periods } = previewPeriods({ schedule: world.schedule, now, count });
      const planned = executed(world, count, random);
      if (JSON.stringify(windowsOf(periods)) === JSON.stringify(windowsOf(planned))) continue;
      expect({ index, fields, now: toIso(now), periods: windowsOf(periods) }).toEqual({ periods: windowsOf(planned) });
    }
  }, 300_000);

  it('shows those of a chain under way, edited and catching up', () => {
    const random = randomNumbers(seed + 1);
    for (let index = 0; index < CONFIGURATIONS / 5; index += 1) {
      const { now, fields } = drawn(index, random);
      const world = new ChainWorld(now, fields, 'collapse');
      executed(world, 1 + Math.floor(random() * 5), random);
      // Due dates are missed, or not; then the merchant picks another hour and zone.
      world.wait(Math.floor(random() * 3 * DAY));
      const next = drawn(index * 7, random).fields;
      if (random() < 0.7) world.edit({ syncHour: next['syncHour'], timeZone: next['timeZone'] }, true);
      const { schedule, chain, open, configuredAt } = world;
      if (open === undefined) throw new Error('no period is planned');
      const at = world.now;
      const { periods } = previewChain({
        schedule,
        chain,
        first: open.window,
        now: at,
        count: NEAR,
        configuredAt,
        catchUp: 'collapse',
      });
      const planned = afterwards(world, NEAR, random);
      if (JSON.stringify(windowsOf(periods)) === JSON.stringify(windowsOf(planned))) continue;
      expect({ index, fields, at: toIso(at), periods: windowsOf(periods) }).toEqual({ periods: windowsOf(planned) });
    }
  }, 300_000);
});

/** As executed, but a period that is overdue already succeeds at once. */
function afterwards(world: ChainWorld, count: number, random: () => number): readonly PeriodWindow[] {
  const first = world.open?.window;
  if (first === undefined || first.dueDate > world.now) return executed(world, count, random);
  world.start();
  world.finish('success', 0);
  return [{ start: first.start, dueDate: first.dueDate }, ...executed(world, count - 1, random)];
}
