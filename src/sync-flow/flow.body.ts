import { IsDefined, IsInt, Max, Min } from 'class-validator';
import { invalidParameter, Omittable, PageQuery, Text } from '../platform/validation.js';
import { localeOf } from './flow-locale.js';

export class FlowPreviewBody {
  /** Read by readDraft, which knows what may be chosen. */
  @IsDefined()
  readonly configuration: unknown;

  @Omittable()
  @IsInt()
  @Min(1)
  @Max(400)
  readonly count?: number;
}

export class FlowConfigurationBody {
  /** As in a preview. */
  @IsDefined()
  readonly configuration: unknown;

  @Text({ max: 100 })
  readonly fingerprint: string;
}

export class FlowExchangeBody {
  @Text({ max: 100 })
  readonly sessionId: string;

  @Text({ max: 200 })
  readonly code: string;
}

export class FlowLocaleQuery {
  @Omittable()
  @Text({ min: 2, max: 35 })
  readonly locale?: string;
}

export class FlowPageQuery extends PageQuery {
  @Omittable()
  @Text({ min: 2, max: 35 })
  readonly locale?: string;
}

/** The language asked for, in its one spelling. Throws 400 invalid_parameter. */
export function languageIn({ locale }: FlowLocaleQuery): string | undefined {
  if (locale === undefined) return undefined;
  const known = localeOf(locale);
  if (known === undefined) throw invalidParameter('locale', 'locale is a BCP 47 tag such as en-GB.');
  return known;
}
