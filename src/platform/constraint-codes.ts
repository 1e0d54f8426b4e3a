import type { ValidationError } from 'class-validator';
import { pointerTo, shown, type Problem, type ProblemCode } from '../domain/problem.js';

/**
 * The code of each class-validator constraint, the gravest first: a field that breaks several rules is
 * reported for the first of them, because the others follow from it.
 */
const codes: readonly (readonly [constraint: string, code: ProblemCode])[] = [
  ['whitelistValidation', 'unknown_field'],
  ['isDefined', 'required'],
  ['isNotEmpty', 'required'],
  ['isString', 'invalid_type'],
  ['isInt', 'invalid_type'],
  ['isNumber', 'invalid_type'],
  ['isBoolean', 'invalid_type'],
  ['isArray', 'invalid_type'],
  ['isObject', 'invalid_type'],
  ['nestedValidation', 'invalid_type'],
  ['arrayMaxSize', 'too_many_items'],
  ['arrayMinSize', 'too_few_items'],
  ['isCleanText', 'invalid_characters'],
  ['maxLength', 'too_long'],
  ['minLength', 'too_short'],
  ['isIn', 'unsupported_value'],
  ['isEnum', 'unsupported_value'],
  ['max', 'out_of_range'],
  ['min', 'out_of_range'],
  ['arrayUnique', 'duplicate_value'],
  ['matches', 'invalid_format'],
];

/** What class-validator found, as problems of the body with JSON pointers; nested ones included. */
export function problemsOf(errors: readonly ValidationError[], path: readonly string[] = []): readonly Problem[] {
  return errors.flatMap((error) => {
    const place = [...path, error.property];
    const own = Object.keys(error.constraints ?? {}).length > 0 ? [problemOf(error, place)] : [];
    return [...own, ...problemsOf(error.children ?? [], place)];
  });
}

function problemOf(error: ValidationError, place: readonly string[]): Problem {
  const pointer = pointerTo(...place);
  const name = place.join('.');
  const broken = error.constraints ?? {};
  if (error.value === undefined && !('whitelistValidation' in broken)) {
    return { pointer, code: 'required', message: `${name} is required.` };
  }
  const [constraint, code] = gravest(error);
  return { pointer, code, message: messageFor({ code, name, value: error.value, text: broken[constraint] ?? '' }) };
}

/** A decorator's `context: { code }` comes before the table. */
function gravest({ constraints = {}, contexts = {} }: ValidationError): readonly [string, ProblemCode] {
  const known = codes.find(([constraint]) => constraint in constraints);
  const own = Object.keys(constraints).find((constraint) => codeIn(contexts[constraint]) !== undefined);
  const basic = known && (known[1] === 'unknown_field' || known[1] === 'invalid_type') ? known : undefined;
  const named = own === undefined ? undefined : ([own, codeIn(contexts[own]) ?? 'invalid_format'] as const);
  return basic && !(named && named[0] === basic[0])
    ? basic
    : (named ?? known ?? [Object.keys(constraints)[0] ?? '', 'invalid_format']);
}

function codeIn(context: unknown): ProblemCode | undefined {
  return typeof context === 'object' && context !== null && 'code' in context
    ? (context.code as ProblemCode)
    : undefined;
}

interface Found {
  readonly code: ProblemCode;
  readonly name: string;
  readonly value: unknown;
  readonly text: string;
}

function messageFor({ code, name, value, text }: Found): string {
  if (code === 'unknown_field') return `${name} is not a known field.`;
  const said = text.endsWith('.') ? text : `${text}.`;
  const isSmall = typeof value !== 'object' || value === null;
  return isSmall && code !== 'invalid_characters' ? `${said.slice(0, -1)}, not ${shown(value)}.` : said;
}
