import { applyDecorators } from '@nestjs/common';
import { IsObject, ValidateBy } from 'class-validator';
import type { ProblemCode } from '../domain/problem.js';

export interface RuleOf {
  readonly code: ProblemCode;
  readonly message: string;
  /** Asked whatever the type: what is no problem of this rule holds. */
  readonly holds: (value: unknown) => boolean;
}

/** A rule of one field, with the code its breach is reported by. */
export const Rule = ({ code, message, holds }: RuleOf): PropertyDecorator =>
  ValidateBy(
    { name: `rule:${code}`, validator: { validate: holds, defaultMessage: () => message } },
    { context: { code } },
  );

/** A rule for text; other types are left to the rule about types. */
export const textRule = (holds: (text: string) => boolean) => (value: unknown) =>
  typeof value !== 'string' || holds(value);

/** A rule for each item of a list; what is no list is left to the rule about types. */
export const itemRule = (holds: (item: unknown) => boolean) => (value: unknown) =>
  !Array.isArray(value) || value.every((item) => holds(item));

type Entries = readonly (readonly [string, unknown])[];

/** A rule for the members of an object; what is no object is left to the rule about types. */
export const entriesRule = (holds: (entries: Entries) => boolean) => (value: unknown) =>
  typeof value !== 'object' || value === null || holds(Object.entries(value));

/** Any JSON object up to a number of bytes in UTF-8. */
export const JsonObject = (maxBytes: number): PropertyDecorator =>
  applyDecorators(
    IsObject(),
    Rule({
      code: 'too_long',
      message: `$property may hold ${maxBytes} bytes of JSON at most.`,
      holds: (value) => Buffer.byteLength(JSON.stringify(value) ?? '') <= maxBytes,
    }),
  );
