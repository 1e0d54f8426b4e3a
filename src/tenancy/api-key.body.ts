import { ArrayMinSize, ArrayUnique, IsArray, IsIn, IsString, MaxLength } from 'class-validator';
import { parseInstant } from '../domain/time/instant.js';
import { Omittable, OptionalOrNull, Text } from '../platform/validation.js';
import type { ApiKeyMode, ApiKeyScope } from '../ports/tenancy.js';
import { Rule, textRule } from '../platform/rules.js';

export class CreateApiKey {
  @OptionalOrNull()
  @Text({ max: 200 })
  readonly name?: string | null;

  @IsArray()
  @IsString({ each: true })
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(['read', 'write'], { each: true })
  readonly scopes: readonly ApiKeyScope[];

  @Omittable()
  @IsIn(['live', 'test'])
  readonly mode?: ApiKeyMode;

  @OptionalOrNull()
  @IsString()
  @MaxLength(40)
  @Rule({
    code: 'invalid_date',
    message: '$property must be an ISO 8601 instant such as 2030-01-01T00:00:00Z.',
    holds: textRule((text) => parseInstant(text) !== undefined),
  })
  readonly expiresAt?: string | null;
}
