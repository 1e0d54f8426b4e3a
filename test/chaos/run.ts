import { parseArgs } from 'node:util';
import { downtime, edits, ranges } from './harness/forms.js';
import { killLoop } from './harness/kill-loop.js';
import type { KillLoopOptions } from './harness/kill-loop-options.js';
import { runMutants } from './harness/run-mutants.js';
import { databaseStops, longForm, type Scenario } from './harness/scenarios.js';
import { summary } from './harness/summary.js';

const USAGE = `npm run chaos -- [loop | database | downtime | edits | ranges | mutants] [options]

  loop       random faults while thousands of periods are done (the default)
  database   PostgreSQL stopped at once, or killed, again and again, and nobody else harmed
  downtime   nobody there for --days days, then a start
  edits      syncs edited at random while they run
  ranges     sixteen callers who want ranges of the same syncs at once
  mutants    the loop against faults made in the product: each must be found

  --seed n            of everything random; printed, so that a run can be done again

loop, database
  --shops n           syncs, some of them under limits
  --days n            how far the clock moves at least: about as many periods for each sync
  --jumps n           in so many steps; further ones follow as long as there are faults to come
  --faults n          processes killed, paused, restarted or cut off
  --every n           milliseconds between two of them
  --minutes n         no more faults after that
  --database-stops n  immediate stops of PostgreSQL, every fifth a kill
  --patience n        seconds for what is still owed when the faults are over

downtime: --syncs n, --days n, --policy collapse | each
edits:    --edits n, --runs n (seeds)
ranges:   --ranges n
mutants:  --only name, --runs n (of each mutant), --controls n (of the product), --at-once n (loops at a time)
`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const names = [
  'seed',
  'shops',
  'days',
  'jumps',
  'faults',
  'every',
  'minutes',
  'database-stops',
  'patience',
  'syncs',
  'policy',
  'edits',
  'ranges',
  'only',
  'runs',
  'controls',
  'at-once',
] as const;
const texts = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
const { values, positionals } = parseArgs({ options: texts, allowPositionals: true });

function given(name: (typeof names)[number], otherwise: number): number {
  const text = values[name];
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text)) throw new Error(`--${name} is a whole number, not ${text}.`);
  return Number(text);
}

const seed = given('seed', Math.floor(Math.random() * 1_000_000));

function loopOptions(scenario: Scenario): KillLoopOptions {
  const harm = {
    ...scenario.harm,
    faults: given('faults', scenario.harm.faults),
    every: given('every', scenario.harm.every),
    databaseStops: given('database-stops', scenario.harm.databaseStops),
    ...(values['minutes'] === undefined ? {} : { minutes: given('minutes', 0) }),
  };
  const size = {
    shops: given('shops', scenario.shops),
    days: given('days', scenario.days),
    jumps: given('jumps', scenario.jumps),
    patience: given('patience', scenario.patience / 1000) * 1000,
  };
  return { ...scenario, ...size, harm, seed, entry: 'dist/src/main.js', say };
}

async function loop(scenario: Scenario): Promise<boolean> {
  const report = await killLoop(loopOptions(scenario));
  for (const line of summary(report)) say(line);
  return report.findings.length === 0;
}

function policy(): 'collapse' | 'each' {
  const { policy: text = 'each' } = values;
  if (text !== 'collapse' && text !== 'each') throw new Error(`--policy is collapse or each, not ${text}.`);
  return text;
}

const forms: Readonly<Record<string, () => Promise<boolean>>> = {
  loop: () => loop(longForm),
  database: () => loop(databaseStops),
  downtime: () => downtime({ syncs: given('syncs', 1_000), days: given('days', 60), policy: policy() }, say),
  edits: () => edits({ seed, edits: given('edits', 1_000), runs: given('runs', 1) }, say),
  ranges: () => ranges(given('ranges', 400), say),
  mutants: () =>
    runMutants({
      seed,
      say,
      only: values['only'],
      runs: given('runs', 1),
      controls: given('controls', 1),
      atOnce: given('at-once', 1),
    }),
};

const chosen = forms[positionals[0] ?? 'loop'];
if (chosen) {
  say(`seed ${seed}`);
  process.exitCode = (await chosen()) ? 0 : 1;
} else {
  say(USAGE);
  process.exitCode = 1;
}
