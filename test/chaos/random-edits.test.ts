import { expect, it } from 'vitest';
import { editAtRandom } from './harness/random-edits.js';

const EDITS = 60;

it.each([1, 2])('edits at random leave neither gap nor overlap (seed %i)', { timeout: 240_000 }, async (seed) => {
  const { periods, findings } = await editAtRandom({ seed, edits: EDITS });
  process.stdout.write(`seed ${seed}: ${EDITS} edits, ${periods} periods done\n`);
  expect(findings).toEqual([]);
  expect(periods).toBeGreaterThan(6);
});
