import { killLoop } from './kill-loop.js';
import { buildMutant } from './mutant-build.js';
import { MUTANTS, type Mutant } from './mutants.js';
import type { MutantScenario } from './mutant-scenarios.js';

export interface MutantRuns {
  readonly seed: number;
  /** Of each mutant. */
  readonly runs: number;
  /** Of the product as it is, in each scenario of a mutant. */
  readonly controls: number;
  /** Loops at the same time: most of one is waiting. */
  readonly atOnce: number;
  /** Name of the only one to run. */
  readonly only?: string;
  readonly say: (line: string) => void;
}

/** Of ten runs of a mutant, so many must find it. */
const LEAST = 9 / 10;

interface Trial {
  readonly title: string;
  readonly seed: number;
  readonly scenario: MutantScenario;
  readonly entry: string;
  readonly mutant?: Mutant;
}

interface Outcome extends Trial {
  readonly findings: readonly string[];
  readonly seconds: number;
}

/**
 * The kill loop against each mutant, and against the product in the same scenario; answers whether each mutant was found
 * or is masked as it says it is, and nothing was found in the product.
 */
export async function runMutants({ seed, runs, controls, atOnce, only, say }: MutantRuns): Promise<boolean> {
  const chosen = MUTANTS.filter(({ name }) => only === undefined || only === name);
  if (chosen.length === 0) throw new Error(`There is no mutant ${only}: ${MUTANTS.map(({ name }) => name).join(', ')}`);
  const trials: Trial[] = [];
  for (const scenario of new Set(chosen.map((mutant) => mutant.scenario))) {
    const control = { title: 'the product', scenario, entry: 'dist/src/main.js' };
    trials.push(...times(controls, (n) => ({ ...control, seed: seed + n })));
  }
  for (const mutant of chosen) {
    const entry = await buildMutant(mutant.name, mutant.patches);
    const trial = { title: mutant.name, scenario: mutant.scenario, entry, mutant };
    trials.push(...times(runs, (n) => ({ ...trial, seed: seed + n })));
  }
  const outcomes = await inTurn(trials, atOnce, (trial) => tried(trial, say));
  const rows = [...Map.groupBy(outcomes, ({ title, scenario }) => `${title} ${scenario.name}`).values()].map(rowOf);
  for (const line of ['| what | scenario | found in | seconds | first finding |', '|---|---|---|---|---|']) say(line);
  for (const { line } of rows) say(line);
  return rows.every(({ isRight }) => isRight);
}

const times = <T>(count: number, make: (n: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, n) => make(n));

/** Some at a time, in their order. */
async function inTurn<T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const waiting = items.values();
  const done: R[] = [];
  const one = async () => {
    for (const item of waiting) done.push(await work(item));
  };
  await Promise.all(times(atOnce, one));
  return done;
}

async function tried(trial: Trial, say: (line: string) => void): Promise<Outcome> {
  const { title, seed, scenario, mutant, entry } = trial;
  const options = { ...scenario, prepare: mutant?.prepare, seed, entry, say: () => undefined };
  const { findings, seconds } = await killLoop(options).catch((error: unknown) => notEnded(trial, error));
  // What is found in a mutant was put there; what is found in the product is told in full.
  for (const finding of findings.slice(0, mutant ? 3 : 40)) say(`  - ${mutant ? finding.slice(0, 300) : finding}`);
  say(`${title} (${scenario.name}), seed ${seed}: ${findings.length} findings in ${seconds} s`);
  return { ...trial, findings, seconds };
}

/** A loop that did not get to its end has found nothing, and says nothing for the product either. */
function notEnded({ title, seed, mutant }: Trial, error: unknown) {
  process.stderr.write(`${title}, seed ${seed}: ${String(error)}\n`);
  return { findings: mutant ? [] : [`the loop did not end: ${String(error)}`], seconds: 0 };
}

function rowOf(outcomes: readonly Outcome[]) {
  const [first] = outcomes;
  const mutant = first?.mutant;
  const found = outcomes.filter(({ findings }) => findings.length > 0);
  const isRight =
    mutant && mutant.isMasked === undefined ? found.length >= LEAST * outcomes.length : found.length === 0;
  const seconds = outcomes.map((one) => one.seconds).toSorted((a, b) => a - b)[Math.floor(outcomes.length / 2)];
  const words = mutant?.isMasked ?? found[0]?.findings[0]?.slice(0, 90) ?? '';
  const cells = [first?.title, first?.scenario.name, `${found.length} of ${outcomes.length}`, seconds, words];
  return { isRight, line: `| ${cells.join(' | ')} |${isRight ? '' : ' **wrong**'}` };
}
