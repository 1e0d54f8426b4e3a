import { fc } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, instantOf, plus, toIso } from '../../../src/domain/time/instant.js';
import { chainPosition } from '../../../src/domain/chain/period.js';
import { ChainWorld, LONGEST_WAIT } from './chain-world.js';
import type { Outcome } from './chain-world.js';
import { at } from '../schedule/schedules.js';

/** Zones whose clocks do what clocks can do: gaps and folds at midnight, by half an hour, by a day, twice a Ramadan. */
const zones = fc.constantFrom(
  'Europe/London',
  'America/New_York',
  'America/Havana',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Africa/Cairo',
  'America/St_Johns',
  'America/Nuuk',
  'Antarctica/Troll',
  'Pacific/Apia',
  'Pacific/Kiritimati',
  'Asia/Kathmandu',
  'Etc/UTC',
);

const withoutInterval = (['Daily', 'Weekly', 'Monthly', 'Hourly'] as const).map((selectedFrequency) => ({
  selectedFrequency,
  interval: undefined,
}));
const frequency = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...withoutInterval) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 20, max: 720 }).map((n) => ({ selectedFrequency: 'Interval', interval: `PT${n}M` })),
  },
);

const syncHour = fc.integer({ min: 0, max: 23 });
const daysAway = fc.integer({ min: -40, max: 40 });
const while_ = fc.oneof(fc.integer({ min: 0, max: 3 * HOUR }), fc.integer({ min: 0, max: 2 * DAY }));
const outage = fc.oneof(while_, fc.integer({ min: 0, max: LONGEST_WAIT }));
const offset = fc.integer({ min: -30 * 24, max: 10 * 24 }).map((hours) => hours * HOUR);
const outcome = fc.constantFrom<Outcome>('success', 'success', 'success', 'failure', 'abort');

type Command = (world: ChainWorld) => void;

const named = (name: string, command: Command): Command => Object.assign(command, { toString: () => name });
const startDateNear = (world: ChainWorld, days: number) =>
  toIso(instantOf(Math.max(0, plus(chainPosition(world.chain), days * DAY)))).slice(0, 10);

const commands: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(outcome, while_).map(([result, time]) =>
      named(`due, ${result} after ${time}`, (world) => {
        const due = world.open?.window.dueDate;
        if (due !== undefined && due > world.now) world.wait(due - world.now);
        world.start();
        world.finish(result, time);
      }),
    ),
  },
  { weight: 2, arbitrary: fc.constant(named('start', (world) => world.start())) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(outcome, while_)
      .map(([result, time]) => named(`${result} after ${time}`, (world) => world.finish(result, time))),
  },
  { weight: 3, arbitrary: outage.map((time) => named(`outage of ${time}`, (world) => world.wait(time))) },
  {
    weight: 2,
    arbitrary: fc
      .record({ syncHour, timeZone: zones })
      .map((fields) => named(`edit ${JSON.stringify(fields)}`, (world) => world.edit(fields, world.enabled))),
  },
  {
    weight: 1,
    arbitrary: frequency.map((fields) =>
      named(`edit ${JSON.stringify(fields)}`, (world) => world.edit(fields, world.enabled)),
    ),
  },
  {
    weight: 1,
    arbitrary: daysAway.map((days) =>
      named(`start date by ${days} days`, (world) =>
        world.edit({ startDate: startDateNear(world, days) }, world.enabled),
      ),
    ),
  },
  { weight: 1, arbitrary: fc.constant(named('put the same', (world) => world.edit({}, world.enabled))) },
  { weight: 1, arbitrary: fc.constant(named('disable', (world) => world.edit({}, false))) },
  { weight: 1, arbitrary: fc.constant(named('enable', (world) => world.edit({}, true))) },
  {
    weight: 1,
    arbitrary: daysAway.map((days) =>
      named(`enable with a start date by ${days} days`, (world) =>
        world.edit({ startDate: startDateNear(world, days) }, true),
      ),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .option(fc.integer({ min: 0, max: 50 * HOUR }), { nil: undefined })
      .map((ago) =>
        named(`latest until ${ago} ago`, (world) =>
          world.latest(ago === undefined ? undefined : plus(world.now, -ago)),
        ),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(offset, offset, fc.boolean())
      .map(([from, upTo, force]) =>
        named(`range ${from} to ${upTo}${force ? ' by force' : ''}`, (world) =>
          world.range(from, upTo, force && from % (2 * HOUR) === 0),
        ),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 1, max: 40 * 24 })
      .map((hours) => named(`range of ${hours} h from the watermark`, (world) => world.range(0, hours * HOUR, false))),
  },
);

const worlds = fc.record({
  now: fc
    .integer({ min: at('2009-06-01T00:00Z') / MINUTE, max: at('2026-06-01T00:00Z') / MINUTE })
    .map((n) => instantOf(n * MINUTE)),
  fields: fc.record({ syncHour, timeZone: zones, frequency }),
  startsIn: daysAway,
  catchUp: fc.constantFrom('collapse' as const, 'each' as const),
});

it(
  '10,000 histories of edits, failures, outages, pauses and manual runs leave no gap and no overlap',
  { timeout: 180_000 },
  () => {
    const tally = { commands: 0, successes: 0 };
    const seed = Number(process.env['CHAIN_SEED'] ?? Math.floor(performance.timeOrigin) % 2 ** 31);
    process.stdout.write(`chain model: replay with CHAIN_SEED=${seed}\n`);
    fc.assert(
      fc.property(worlds, fc.array(commands, { minLength: 1, maxLength: 40, size: 'max' }), (start, history) => {
        const { frequency: chosen, ...fields } = start.fields;
        const startDate = toIso(plus(start.now, start.startsIn * DAY)).slice(0, 10);
        const world = new ChainWorld(start.now, { ...fields, ...chosen, startDate }, start.catchUp);
        world.check();
        for (const command of history) {
          command(world);
          world.check();
          tally.commands += 1;
        }
        world.settleDown();
        world.check();
        tally.successes += world.successes;
      }),
      { numRuns: 10_000, seed },
    );
    process.stdout.write(`chain model: ${tally.commands} commands, ${tally.successes} successes\n`);
    expect(tally.successes).toBeGreaterThan(10_000);
  },
);
