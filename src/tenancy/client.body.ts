import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { isPositive, parseDuration } from '../domain/time/duration.js';
import { FREQUENCIES, isFrequency, type Frequency } from '../domain/schedule/frequency.js';
import type { CatchUp } from '../domain/chain/sync-period.js';
import { parseTimeZone } from '../domain/time/zoned-time.js';
import { OptionalOrNull, Omittable, Text } from '../platform/validation.js';
import { itemRule, JsonObject, Rule, textRule } from '../platform/rules.js';
import { isOrigin, isWebAddress } from './urls.js';

const MOST_ADDRESSES = 50;

const isTooShort = (text: string) => {
  const duration = parseDuration(text);
  return duration.ok && !isPositive(duration.value);
};

export class CreateClient {
  @Text({ max: 200 })
  readonly name: string;
}

export class QuietHoursBody {
  @IsInt()
  @Min(0)
  @Max(23)
  readonly startHour: number;

  @IsInt()
  @Min(0)
  @Max(23)
  readonly endHour: number;

  @IsString()
  @Rule({
    code: 'invalid_time_zone',
    message: '$property must be an IANA name such as Europe/London.',
    holds: textRule((text) => parseTimeZone(text) !== undefined),
  })
  readonly timeZone: string;
}

/** Every member may be left out; null empties those that may be empty. */
export class UpdateClient {
  @Omittable()
  @Text({ max: 200 })
  readonly name?: string;

  @OptionalOrNull()
  @IsInt()
  @Min(0)
  @Max(23)
  readonly defaultSyncHour?: number | null;

  @Omittable()
  @IsArray()
  @IsString({ each: true })
  @ArrayMinSize(1)
  @ArrayUnique()
  @Rule({
    code: 'unsupported_frequency',
    message: `The frequencies are ${FREQUENCIES.join(', ')}.`,
    holds: itemRule((item) => typeof item !== 'string' || isFrequency(item)),
  })
  readonly frequencyOptions?: readonly Frequency[];

  @Omittable()
  @IsIn(['collapse', 'each'])
  readonly catchUp?: CatchUp;

  @Omittable()
  @IsInt()
  @Min(1)
  @Max(1000)
  readonly disableAfterFailures?: number;

  @OptionalOrNull()
  @IsString()
  @MaxLength(40)
  @Rule({
    code: 'invalid_duration',
    message: '$property must be an ISO 8601 duration such as P24M.',
    holds: textRule((text) => parseDuration(text).ok),
  })
  @Rule({
    code: 'out_of_range',
    message: '$property must be longer than nothing; null sets no bound.',
    holds: textRule((text) => !isTooShort(text)),
  })
  readonly maxBackfill?: string | null;

  @OptionalOrNull()
  @IsObject()
  @Rule({
    code: 'empty_range',
    message: '$property must end at another hour than it starts at; null means none.',
    holds: (value) => !(value instanceof QuietHoursBody) || value.startHour !== value.endHour,
  })
  @ValidateNested()
  @Type(() => QuietHoursBody)
  readonly quietHours?: QuietHoursBody | null;

  @Omittable()
  @IsArray()
  @IsString({ each: true })
  @ArrayMaxSize(MOST_ADDRESSES)
  @ArrayUnique()
  @MaxLength(300, { each: true })
  @Rule({
    code: 'invalid_url',
    message: 'An origin is a scheme, a host and, where it is not the usual one, a port: https://app.example.com.',
    holds: itemRule(textRule(isOrigin)),
  })
  readonly allowedOrigins?: readonly string[];

  @Omittable()
  @IsArray()
  @IsString({ each: true })
  @ArrayMaxSize(MOST_ADDRESSES)
  @ArrayUnique()
  @MaxLength(2000, { each: true })
  @Rule({
    code: 'invalid_url',
    message: 'A redirect URL is an absolute http or https address without a user name.',
    holds: itemRule(textRule(isWebAddress)),
  })
  readonly redirectUrls?: readonly string[];

  @Omittable()
  @JsonObject(10_000)
  readonly branding?: Readonly<Record<string, unknown>>;
}
