import { parseArgs } from 'node:util';
import { killLoop } from './harness/kill-loop.js';
import type { KillLoopOptions } from './harness/kill-loop-options.js';
import { runMutants } from './harness/run-mutants.js';
import { downtime, longForm } from './harness/scenarios.js';
import { summary } from './harness/summary.js';

const USAGE = `npm run chaos -- [loop | downtime | mutants] [options]

  loop       random faults while thousands of periods are done (the default)
  downtime   nobody there for --days days, then a start
  mutants    the loop against faults made in the product: each must be found

  --seed n            of everything random; printed, so that a run can be done again
  --shops n           syncs, each of a connection of its own
  --days n            how far the clock moves: about as many periods for each sync
  --jumps n           in so many steps
  --faults n          processes killed, paused, restarted or cut off
  --every n           milliseconds between two of them
  --database-stops n  immediate stops of PostgreSQL, every fifth a kill
  --patience n        seconds for what is still owed when the faults are over
  --only name         one mutant
  --runs n            so many runs of each mutant
`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const names = [
  'seed',
  'shops',
  'days',
  'jumps',
  'faults',
  'every',
  'database-stops',
  'patience',
  'only',
  'runs',
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

function loopOptions(scenario: typeof longForm): KillLoopOptions {
  const harm = {
    ...scenario.harm,
    faults: given('faults', scenario.harm.faults),
    every: given('every', scenario.harm.every),
    databaseStops: given('database-stops', scenario.harm.databaseStops),
  };
  const size = {
    shops: given('shops', scenario.shops),
    days: given('days', scenario.days),
    jumps: given('jumps', scenario.jumps),
    patience: given('patience', scenario.patience / 1000) * 1000,
  };
  return { ...scenario, ...size, harm, seed, entry: 'dist/src/main.js', say };
}

async function loop(scenario: typeof longForm): Promise<boolean> {
  say(`seed ${seed}`);
  const report = await killLoop(loopOptions(scenario));
  for (const line of summary(report)) say(line);
  return report.findings.length === 0;
}

async function chosen(): Promise<boolean> {
  const [what = 'loop'] = positionals;
  if (what === 'loop') return loop(longForm);
  if (what === 'downtime') return loop(downtime);
  if (what === 'mutants') return runMutants({ seed, runs: given('runs', 1), only: values['only'], say });
  say(USAGE);
  return false;
}

process.exitCode = (await chosen()) ? 0 : 1;
