import { Omittable, OptionalOrNull, PageQuery, Text } from '../platform/validation.js';
import { Tags } from './tags.js';

export class CreateCompany {
  @Text({ max: 200 })
  readonly name: string;

  @OptionalOrNull()
  @Text({ max: 200 })
  readonly reference?: string | null;

  @Omittable()
  @Tags()
  readonly tags?: Readonly<Record<string, string>>;
}

export class UpdateCompany {
  @Omittable()
  @Text({ max: 200 })
  readonly name?: string;

  @OptionalOrNull()
  @Text({ max: 200 })
  readonly reference?: string | null;

  @Omittable()
  @Tags()
  readonly tags?: Readonly<Record<string, string>>;
}

export class CompanyQuery extends PageQuery {
  @Omittable()
  @Text({ min: 0, max: 200 })
  readonly reference?: string;
}
