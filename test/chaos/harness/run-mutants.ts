import { killLoop } from './kill-loop.js';
import { buildMutant } from './mutant-build.js';
import { MUTANTS, type Mutant } from './mutants.js';

export interface MutantRuns {
  readonly seed: number;
  /** Of each mutant. */
  readonly runs: number;
  /** Name of the only one to run. */
  readonly only?: string;
  readonly say: (line: string) => void;
}

/** The kill loop against each mutant; answers whether each was found, or masked as it says it is. */
export async function runMutants({ seed, runs, only, say }: MutantRuns): Promise<boolean> {
  const chosen = MUTANTS.filter(({ name }) => only === undefined || only === name);
  if (chosen.length === 0) throw new Error(`There is no mutant ${only}: ${MUTANTS.map(({ name }) => name).join(', ')}`);
  const lines: string[] = [];
  let isRight = true;
  for (const mutant of chosen) {
    let caught = 0;
    for (let run = 0; run < runs; run += 1) caught += (await isCaught(mutant, seed + run, say)) ? 1 : 0;
    const { name, isMasked } = mutant;
    isRight &&= isMasked === undefined ? caught === runs : caught === 0;
    lines.push(`${name}: caught in ${caught} of ${runs}${isMasked === undefined ? '' : `, for ${isMasked}`}`);
  }
  for (const line of lines) say(line);
  return isRight;
}

async function isCaught(mutant: Mutant, seed: number, say: (line: string) => void): Promise<boolean> {
  say(`${mutant.name}, seed ${seed}`);
  const entry = await buildMutant(mutant.name, mutant.patches);
  const { findings, seconds } = await killLoop({ ...mutant.scenario, seed, entry, say });
  for (const finding of findings.slice(0, 5)) say(`  - ${finding.slice(0, 300)}`);
  say(`${mutant.name}, seed ${seed}: ${findings.length} findings in ${seconds} s`);
  return findings.length > 0;
}
