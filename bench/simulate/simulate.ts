// npm run simulate [-- --help]: what the load of a fleet looks like before and after planning.
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { plannedCapacity } from '../../src/domain/load/planning.js';
import { print } from '../measure.js';
import { figuresOf } from './figures.js';
import { fleetOf } from './fleet.js';
import { HELP, readOptions, type Options } from './options.js';
import { Plan } from './plan.js';
import { plot } from './plot.js';
import { assumptions, report } from './report.js';
import { workersFor } from './workers.js';

const SLOTS_A_DAY = 1_440;

function simulate(options: Options): void {
  const begin = performance.now();
  const fleet = fleetOf(options);
  const workers = options.workers ?? workersFor(fleet, options.concurrency);
  const capacity = plannedCapacity(workers * options.concurrency);
  print(assumptions(options, workers));
  const planned = new Plan(fleet, { ...options, capacity }).run();
  const slots = options.days * SLOTS_A_DAY;
  print(report(figuresOf(planned, slots), capacity));
  const title = `${options.syncs.toLocaleString('en')} syncs of ${options.clients.toLocaleString('en')} clients: work due and work planned`;
  const [before, after] = [planned.before.work().subarray(0, slots), planned.after.work().subarray(0, slots)];
  writeFileSync(options.out, plot({ title, before, after, capacity }));
  const [seconds, memory] = [(performance.now() - begin) / 1_000, process.resourceUsage().maxRSS / 1_024];
  print(`${seconds.toFixed(1)} s, ${Math.round(memory)} MB at most. The plot is in ${options.out}.`);
}

/** Told before minutes of work rather than after. */
function problemsOfFile(path: string): readonly string[] {
  try {
    closeSync(openSync(path, 'a'));
    return [];
  } catch (error) {
    return [`--out ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function main(): void {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') return print(HELP);
  const problems = 'syncs' in options ? problemsOfFile(options.out) : options;
  if ('syncs' in options && problems.length === 0) return simulate(options);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.stderr.write('npm run simulate -- --help tells what there is.\n');
  process.exitCode = 2;
}

main();
