import { expectTypeOf, it } from 'vitest';
import type { ErrorCode, ProblemCode } from '../../src/domain/problem.js';
import type { components } from '../../src/platform/openapi.types.js';

// Compared by the compiler: a code that is thrown but not published, or the other way, does not build.
it('publishes every code that can be answered, and no other', () => {
  expectTypeOf<ErrorCode>().toEqualTypeOf<components['schemas']['ErrorCode']>();
  expectTypeOf<ProblemCode>().toEqualTypeOf<components['schemas']['FieldCode']>();
});
