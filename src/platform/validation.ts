import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min, MinLength, ValidateBy, ValidateIf } from 'class-validator';
import { DomainError } from '../domain/problem.js';
import { isCleanMultiLineText, isCleanText } from './characters.js';

/** 400 for a query parameter or a header. */
export const invalidParameter = (parameter: string, message: string): DomainError =>
  new DomainError({ code: 'invalid_parameter', status: 'malformed', message, details: { parameter } });

export interface TextRules {
  /** In UTF-16 units, as JSON Schema and JavaScript count. 1 unless given. */
  readonly min?: number;
  readonly max: number;
  readonly multiLine?: boolean;
}

/** A text without control characters, lone surrogates and characters that reorder what is shown. */
export function Text({ min = 1, max, multiLine = false }: TextRules): PropertyDecorator {
  const isClean = multiLine ? isCleanMultiLineText : isCleanText;
  const clean = ValidateBy({
    name: 'isCleanText',
    validator: {
      validate: (value: unknown) => typeof value !== 'string' || isClean(value),
      defaultMessage: () => '$property holds control characters, or characters that cannot be shown as written.',
    },
  });
  return applyDecorators(IsString(), MinLength(min), MaxLength(max), clean);
}

/** The field may be left out. Null is a wrong type. */
export const Omittable = (): PropertyDecorator => ValidateIf((_: object, value: unknown) => value !== undefined);

/** The field may be left out, or null. */
export const OptionalOrNull = (): PropertyDecorator => IsOptional();

/** A whole number in a query: the one place where text becomes a number. */
export function IntegerParameter({ min, max }: { readonly min: number; readonly max: number }): PropertyDecorator {
  const digits = Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value,
  );
  return applyDecorators(digits, IsInt(), Min(min), Max(max));
}

const MOST_ITEMS = 200;
const USUAL_ITEMS = 50;

/** What every list takes. */
export class PageQuery {
  /** How many items a page holds at most. */
  @IntegerParameter({ min: 1, max: MOST_ITEMS })
  readonly limit: number = USUAL_ITEMS;

  /** Where the page before ended. */
  @Omittable()
  @IsString()
  readonly cursor?: string;
}
