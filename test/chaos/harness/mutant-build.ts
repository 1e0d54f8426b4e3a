import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A piece of the built product and what is put in its place. */
export interface Patch {
  /** Below `dist/src`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Inside the project, so that its packages are found; in a folder that is no part of it. */
const FOLDER = 'test/chaos/dist/mutants';

/**
 * A copy of the built product with these changes; answers its entry. Throws where a piece is not there exactly once: the
 * code has moved, and the mutant has to move with it.
 */
export async function buildMutant(name: string, patches: readonly Patch[]): Promise<string> {
  const copy = join(FOLDER, name);
  await rm(copy, { recursive: true, force: true });
  await mkdir(copy, { recursive: true });
  await cp('dist/src', join(copy, 'src'), { recursive: true });
  await cp('dist/migrations', join(copy, 'migrations'), { recursive: true });
  for (const patch of patches) await apply(name, join(copy, 'src'), patch);
  return join(copy, 'src', 'main.js');
}

async function apply(name: string, folder: string, { file, from, to }: Patch): Promise<void> {
  const path = join(folder, file);
  const before = await readFile(path, 'utf8');
  const pieces = before.split(from);
  if (pieces.length !== 2)
    throw new Error(`Mutant ${name}: the code has moved. ${file} has ${pieces.length - 1} times, not once:\n${from}`);
  await writeFile(path, pieces.join(to));
}
