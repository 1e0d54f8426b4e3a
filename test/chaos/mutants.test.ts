import { expect, it } from 'vitest';
import { buildMutant } from './harness/mutant-build.js';
import { MUTANTS } from './harness/mutants.js';

it.each(MUTANTS)('the mutant $name still fits the code it changes', async ({ name, patches }) => {
  await expect(buildMutant(`fits-${name}`, patches)).resolves.toContain(name);
});
