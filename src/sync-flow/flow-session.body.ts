import { applyDecorators } from '@nestjs/common';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { parseTimeZone } from '../domain/time/zoned-time.js';
import { entriesRule, Rule, textRule } from '../platform/rules.js';
import { OptionalOrNull, Omittable, Text } from '../platform/validation.js';
import type { FlowScope, FlowView } from '../ports/flow-sessions.js';

const VIEWS: readonly FlowView[] = ['auto', 'setup', 'status'];
/** Everything the page can do. */
export const FLOW_SCOPES: readonly FlowScope[] = [
  'config:read',
  'config:write',
  'status:read',
  'action:pause',
  'action:sync_now',
];
const MOST_FEATURES = 20;
const FEATURE_NAME = /^[a-zA-Z][a-zA-Z0-9]{0,49}$/;

const Features = (): PropertyDecorator =>
  applyDecorators(
    IsObject(),
    Rule({
      code: 'invalid_type',
      message: '$property must hold true and false only.',
      holds: entriesRule((entries) => entries.every(([, value]) => typeof value === 'boolean')),
    }),
    Rule({
      code: 'too_many_items',
      message: `$property may hold ${MOST_FEATURES} names at most.`,
      holds: entriesRule((entries) => entries.length <= MOST_FEATURES),
    }),
    Rule({
      code: 'invalid_format',
      message: 'The names in $property must be letters and digits.',
      holds: entriesRule((entries) => entries.every(([name]) => FEATURE_NAME.test(name))),
    }),
  );

/** A BCP 47 tag that this platform knows how to read. */
function isLocale(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}

export class FlowActorBody {
  @Text({ max: 200 })
  readonly id: string;

  @Omittable()
  @Text({ max: 200 })
  readonly name?: string;
}

export class CreateFlowSession {
  @Omittable()
  @IsIn(VIEWS)
  readonly view?: FlowView;

  @Omittable()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(FLOW_SCOPES, { each: true })
  @Rule({
    code: 'not_applicable',
    message: 'config:write needs config:read beside it: a page changes what it has been told.',
    holds: (value) => !Array.isArray(value) || !value.includes('config:write') || value.includes('config:read'),
  })
  readonly scopes?: readonly FlowScope[];

  @Omittable()
  @IsArray()
  @IsString({ each: true })
  @ArrayMaxSize(50)
  @ArrayUnique()
  readonly allowedOrigins?: readonly string[];

  @OptionalOrNull()
  @Text({ min: 2, max: 35 })
  @Rule({
    code: 'invalid_format',
    message: '$property must be a BCP 47 tag such as en-GB.',
    holds: textRule(isLocale),
  })
  readonly locale?: string | null;

  @OptionalOrNull()
  @IsString()
  @Rule({
    code: 'invalid_time_zone',
    message: '$property must be an IANA name such as Europe/London.',
    holds: textRule((text) => parseTimeZone(text) !== undefined),
  })
  readonly timeZone?: string | null;

  @Omittable()
  @IsBoolean()
  readonly readOnly?: boolean;

  @Omittable()
  @Features()
  readonly features?: Readonly<Record<string, boolean>>;

  @OptionalOrNull()
  @IsString()
  @MaxLength(2000)
  readonly redirectUrl?: string | null;

  @Omittable()
  @IsObject()
  @ValidateNested()
  @Type(() => FlowActorBody)
  readonly actor?: FlowActorBody;

  /** Shown as text whatever it holds. */
  @Omittable()
  @Text({ max: 200 })
  readonly merchantName?: string;

  /** Seconds. */
  @Omittable()
  @IsInt()
  @Min(300)
  @Max(14_400)
  readonly ttlSeconds?: number;

  @Omittable()
  @IsString()
  readonly connectionId?: string;

  @Omittable()
  @IsString()
  readonly syncId?: string;
}
