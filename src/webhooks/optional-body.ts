import { pointerTo, validationFailed, type Problem, type ProblemCode } from '../domain/problem.js';

/** The members of a body that may be left out, each a text, none required. */
export interface OptionalTexts<Name extends string> {
  readonly members: Partial<Record<Name, string>>;
  readonly problems: readonly Problem[];
}

/** Reads a body of optional texts; what is unknown or of another type is a problem. Throws 422 where it is no object. */
export function readOptionalTexts<Name extends string>(body: unknown, names: readonly Name[]): OptionalTexts<Name> {
  if (body === undefined) return { members: {}, problems: [] };
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw validationFailed([problem('', 'invalid_type', 'The body must be a JSON object.')]);
  }
  const entries = Object.entries(body as Readonly<Record<string, unknown>>);
  const isKnown = (name: string): boolean => names.some((known) => known === name);
  const problems = entries.flatMap(([name, value]) => {
    if (!isKnown(name)) return [problem(pointerTo(name), 'unknown_field', `${name} is not a known field.`)];
    if (typeof value !== 'string') return [problem(pointerTo(name), 'invalid_type', `${name} must be a string.`)];
    return [];
  });
  return { members: Object.fromEntries(entries) as Partial<Record<Name, string>>, problems };
}

const problem = (pointer: string, code: ProblemCode, message: string): Problem => ({ pointer, code, message });
