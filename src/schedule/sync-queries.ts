import { IsIn, IsString, MaxLength } from 'class-validator';
import { parseInstant, type Instant } from '../domain/time/instant.js';
import { shown } from '../domain/problem.js';
import type { PeriodStatus } from '../domain/chain/sync-period.js';
import { invalidParameter, Omittable, PageQuery } from '../platform/validation.js';
import type { SyncState } from '../ports/syncs.js';
import { isInRange } from './preview-body.js';

const STATES: readonly SyncState[] = ['unscheduled', 'active', 'disabled', 'suspended'];
const STATUSES: readonly PeriodStatus[] = [
  ...(['planned', 'assigned', 'queued', 'running', 'succeeded', 'failed', 'superseded'] as const),
];
const LONGEST_ID = 100;
const LONGEST_INSTANT = 40;

/** Filters of `GET /v1/syncs`. */
export class SyncsQuery extends PageQuery {
  @Omittable()
  @IsString()
  @MaxLength(LONGEST_ID)
  readonly companyId?: string;

  @Omittable()
  @IsString()
  @MaxLength(LONGEST_ID)
  readonly connectionId?: string;

  @Omittable()
  @IsIn(STATES)
  readonly state?: SyncState;
}

/** Filters of the ledger. */
export class PeriodsQuery extends PageQuery {
  @Omittable()
  @IsIn(STATUSES)
  readonly status?: PeriodStatus;
}

/** Query of an explanation. */
export class ExplainQuery {
  @Omittable()
  @IsString()
  @MaxLength(LONGEST_INSTANT)
  readonly at?: string;
}

/** The moment asked about; undefined for now. Throws 400 invalid_parameter. */
export function momentOf({ at }: ExplainQuery): Instant | undefined {
  if (at === undefined) return undefined;
  const moment = parseInstant(at);
  if (moment !== undefined && isInRange(moment)) return moment;
  throw invalidParameter(
    'at',
    `at is an ISO 8601 instant with an offset or Z, from 1970-01-01 to 2100-12-31; got ${shown(at)}.`,
  );
}
