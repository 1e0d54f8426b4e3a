import { IsBoolean, IsIn, IsInt, Max, Min } from 'class-validator';
import { Omittable, OptionalOrNull, PageQuery, Text } from '../platform/validation.js';
import type { ConnectionState } from '../ports/tenancy.js';
import { JsonObject } from '../platform/rules.js';

/** Members whose meaning the connector knows. */
export type Json = Readonly<Record<string, unknown>>;

const STATES: readonly ConnectionState[] = ['pendingAuth', 'linked', 'unlinked', 'deauthorized'];
const MOST_SETTINGS = 50_000;
const MOST_RUNS = 1_000;

/** What settings and credentials must hold, their connector says. */
export class CreateConnection {
  @Text({ max: 50 })
  readonly platform: string;

  @Text({ max: 200 })
  readonly name: string;

  @OptionalOrNull()
  @Text({ max: 200 })
  readonly externalId?: string | null;

  @JsonObject(MOST_SETTINGS)
  readonly settings: Json;

  @Omittable()
  @JsonObject(MOST_SETTINGS)
  readonly credentials?: Json;

  @OptionalOrNull()
  @IsInt()
  @Min(1)
  @Max(MOST_RUNS)
  readonly maxConcurrentRuns?: number | null;

  /** A first run at once, of everything. */
  @Omittable()
  @IsBoolean()
  readonly syncOnInstall?: boolean;
}

export class UpdateConnection {
  @Omittable()
  @Text({ max: 200 })
  readonly name?: string;

  @OptionalOrNull()
  @Text({ max: 200 })
  readonly externalId?: string | null;

  @Omittable()
  @JsonObject(MOST_SETTINGS)
  readonly settings?: Json;

  @Omittable()
  @JsonObject(MOST_SETTINGS)
  readonly credentials?: Json;

  @OptionalOrNull()
  @IsInt()
  @Min(1)
  @Max(MOST_RUNS)
  readonly maxConcurrentRuns?: number | null;
}

export class LinkConnectionBody {
  @Omittable()
  @JsonObject(MOST_SETTINGS)
  readonly credentials?: Json;
}

export class ConnectionQuery extends PageQuery {
  @Omittable()
  @Text({ min: 0, max: 200 })
  readonly companyId?: string;

  @Omittable()
  @Text({ min: 0, max: 50 })
  readonly platform?: string;

  @Omittable()
  @IsIn(STATES)
  readonly state?: ConnectionState;
}
