import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
} from 'class-validator';
import { isCleanText } from '../platform/characters.js';
import { Omittable, OptionalOrNull, Text } from '../platform/validation.js';
import type { MessageSpan } from '../ports/webhooks.js';
import { announcedTypes } from './event-types.js';
import { Moment, requireMoment, momentOf } from '../platform/moment.js';

/** Each item readable as written, and storable. */
const CleanItems = () =>
  ValidateBy(
    {
      name: 'isCleanText',
      validator: {
        validate: (value: unknown) => typeof value !== 'string' || isCleanText(value),
        defaultMessage: () => '$property holds control characters, or characters that cannot be shown as written.',
      },
    },
    { each: true },
  );

/** What both bodies have in common. */
class EndpointSettings {
  @OptionalOrNull()
  @Text({ min: 0, max: 500 })
  readonly description?: string | null;

  @Omittable()
  @IsArray()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @IsIn(announcedTypes, { each: true })
  readonly eventTypes?: readonly string[];

  @Omittable()
  @IsArray()
  @ArrayMaxSize(10)
  @ArrayUnique()
  @IsString({ each: true })
  @MaxLength(128, { each: true })
  @CleanItems()
  @Matches(/^[^:]{1,27}:/, { each: true, message: 'each of $property must be written key:value' })
  readonly companyTags?: readonly string[];

  @Omittable()
  @IsObject()
  readonly headers?: Readonly<Record<string, unknown>>;

  @OptionalOrNull()
  @IsInt()
  @Min(1)
  @Max(1000)
  readonly rateLimit?: number | null;
}

export class CreateWebhookEndpoint extends EndpointSettings {
  // What a URL may hold is for the rules about URLs to say.
  @IsString()
  @MaxLength(2000)
  readonly url: string;

  @Omittable()
  @IsString()
  @MaxLength(200)
  readonly secret?: string;
}

export class UpdateWebhookEndpoint extends EndpointSettings {
  @Omittable()
  @IsString()
  @MaxLength(2000)
  readonly url?: string;

  @Omittable()
  @IsBoolean()
  readonly enabled?: boolean;
}

export class RecoverMessages {
  @IsString()
  @Moment()
  readonly since: string;
}

export class ReplayMessages extends RecoverMessages {
  @Omittable()
  @IsString()
  @Moment()
  readonly until?: string;
}

/** The span that a checked body names. */
export const spanOf = ({ since, until }: ReplayMessages): MessageSpan => ({
  since: requireMoment(since),
  until: momentOf(until),
});
