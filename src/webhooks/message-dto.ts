import { IsIn } from 'class-validator';
import { pointerTo, validationFailed, type Problem, type ProblemCode } from '../domain/problem.js';
import { Omittable, PageQuery, Text } from '../platform/validation.js';
import { announcedTypes } from './event-types.js';

export class MessagesQuery extends PageQuery {
  @Omittable()
  @IsIn(announcedTypes)
  readonly type?: string;

  @Omittable()
  @Text({ max: 64 })
  readonly companyId?: string;

  @Omittable()
  @Text({ max: 64 })
  readonly syncId?: string;
}

/** `{ endpointId? }`, or no body at all. Throws 422. */
export function parseResend(body: unknown): { readonly endpointId?: string } {
  if (body === undefined) return {};
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw validationFailed([problem('', 'invalid_type', 'The body must be a JSON object.')]);
  }
  const { endpointId, ...others } = body as Readonly<Record<string, unknown>>;
  const problems = Object.keys(others).map((name) =>
    problem(pointerTo(name), 'unknown_field', `${name} is not a known field.`),
  );
  if (endpointId === undefined && problems.length === 0) return {};
  if (typeof endpointId === 'string' && problems.length === 0) return { endpointId };
  const wrongType = problem('/endpointId', 'invalid_type', 'endpointId must be a string.');
  throw validationFailed(
    endpointId === undefined || typeof endpointId === 'string' ? problems : [...problems, wrongType],
  );
}

const problem = (pointer: string, code: ProblemCode, message: string): Problem => ({ pointer, code, message });
