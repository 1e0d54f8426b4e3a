import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { instant, parseInstant, type Instant } from '../domain/time/instant.js';
import { Rule, textRule } from './rules.js';

const EARLIEST = instant('1970-01-01T00:00:00Z');
const LATEST = instant('2101-01-01T00:00:00Z');
/** Longer than any spelling of an instant. */
const LONGEST = 40;

/** The instant a text names; undefined where there is none, or none from 1970 to 2100. */
export function momentOf(text: string | undefined): Instant | undefined {
  if (text === undefined || text.length > LONGEST) return undefined;
  const at = parseInstant(text);
  return at !== undefined && at >= EARLIEST && at < LATEST ? at : undefined;
}

/** As momentOf, of a text that has been checked. */
export function requireMoment(text: string): Instant {
  const at = momentOf(text);
  if (at === undefined) throw new Error('A moment was not checked.');
  return at;
}

/** An ISO 8601 instant, as text. */
export const Moment = (): PropertyDecorator =>
  Rule({
    code: 'invalid_date',
    message: '$property must be an ISO 8601 instant with an offset or Z, from 1970 to 2100.',
    holds: textRule((text) => momentOf(text) !== undefined),
  });

/** The same in a query, where a plus sign is a space unless it is escaped, which is often forgotten. */
export function MomentParameter(): PropertyDecorator {
  const unspaced = Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.replace(' ', '+') : value,
  );
  return applyDecorators(unspaced, Moment());
}
