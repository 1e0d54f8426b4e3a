import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';
import { pointerTo, validationFailed, type Problem } from '../domain/problem.js';
import { findUnstorableText } from './characters.js';
import { problemsOf } from './constraint-codes.js';
import { invalidParameter } from './validation.js';

type Constructor = abstract new (...args: never[]) => object;

/** Types whose parameters a handler parses itself. */
const untyped: ReadonlySet<unknown> = new Set([Object, String, Number, Boolean, Array, undefined]);

/**
 * Turns bodies and queries into their classes and refuses what is wrong with them, every problem at once:
 * 422 for a body, 400 invalid_parameter for a query. Nothing is ever converted, save where a decorator says so.
 */
@Injectable()
export class ValidationPipe implements PipeTransform {
  async transform(value: unknown, { type, metatype }: ArgumentMetadata): Promise<unknown> {
    if ((type !== 'body' && type !== 'query') || untyped.has(metatype)) return value;
    const expected = metatype as Constructor;
    return type === 'body' ? parseBody(expected, value) : parseQuery(expected, value);
  }
}

async function parseBody(expected: Constructor, value: unknown): Promise<object> {
  if (!isPlainObject(value)) {
    const message = 'The body must be a JSON object.';
    throw validationFailed([{ pointer: '', code: 'invalid_type', message }]);
  }
  const { instance, problems } = await check(expected, value);
  if (problems.length > 0) throw validationFailed(problems);
  return instance;
}

async function parseQuery(expected: Constructor, value: unknown): Promise<object> {
  const { instance, problems } = await check(expected, { ...(value as object) });
  const [first] = problems;
  if (first) throw invalidParameter(first.pointer.slice(1), first.message);
  return instance;
}

async function check(
  expected: Constructor,
  value: object,
): Promise<{ readonly instance: object; readonly problems: readonly Problem[] }> {
  const disguised = findConstructorKey(value);
  // A member named "constructor" would be taken for the class, and with it for another set of rules.
  if (disguised) return { instance: {}, problems: [unknownField(disguised)] };
  const instance: object = plainToInstance(expected as new () => object, value, { enableImplicitConversion: false });
  const errors: ValidationError[] = await validate(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: false,
    validationError: { target: false },
  });
  const problems = problemsOf(errors);
  return { instance, problems: problems.length > 0 ? problems : unstorable(value) };
}

/** Free-form parts too, such as settings and tags, must be able to be stored. */
function unstorable(value: object): readonly Problem[] {
  const path = findUnstorableText(value);
  if (!path) return [];
  const message = `${path.join('.')} holds characters that cannot be stored.`;
  return [{ pointer: pointerTo(...path), code: 'invalid_characters', message }];
}

const unknownField = (path: readonly string[]): Problem => ({
  pointer: pointerTo(...path),
  code: 'unknown_field',
  message: `${path.join('.')} is not a known field.`,
});

function findConstructorKey(value: unknown, path: readonly string[] = []): readonly string[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const place = [...path, key];
    if (key === 'constructor') return place;
    const found = findConstructorKey(member, place);
    if (found) return found;
  }
  return undefined;
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
