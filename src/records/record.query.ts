import { IsOptional, IsString } from 'class-validator';
import { instant, parseInstant, type Instant } from '../domain/time/instant.js';
import { invalidParameter, PageQuery, Text } from '../platform/validation.js';

const EARLIEST = instant('1970-01-01T00:00:00Z');
const LATEST = instant('2101-01-01T00:00:00Z');

/** What the change feed takes. */
export class RecordQuery extends PageQuery {
  @IsOptional()
  @Text({ max: 100 })
  readonly model?: string;

  @IsOptional()
  @IsString()
  readonly modifiedSince?: string;
}

/** The instant of a query; throws 400 invalid_parameter where it is none, or outside 1970 to 2100. */
export function modifiedSince(text: string | undefined): Instant | undefined {
  if (text === undefined) return undefined;
  // A plus sign is a space in a query unless it is escaped, which is often forgotten.
  const at = parseInstant(text.replace(' ', '+'));
  if (at !== undefined && at >= EARLIEST && at < LATEST) return at;
  throw invalidParameter(
    'modifiedSince',
    'modifiedSince must be an ISO 8601 instant with an offset or Z, from 1970 to 2100.',
  );
}
