import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

it('the types generated from the contract are up to date (else: npm run generate)', async () => {
  const kept = readFileSync(join(root, 'src', 'platform', 'openapi.types.ts'), 'utf8');
  const made =
    COMMENT_HEADER + astToString(await openapiTS(new URL(`file://${join(root, 'openapi', 'openapi.yaml')}`)));
  expect(kept).toBe(made);
});
