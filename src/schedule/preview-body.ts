import { parseInstant, toIso, type Instant } from '../domain/time/instant.js';
import { pointerTo, shown, type Problem } from '../domain/problem.js';
import type { Report } from '../domain/schedule/schedule-fields.js';
import { membersOf, reportUnknown } from './sync-body.js';

/** What a preview is asked to show. */
export interface PreviewInput {
  /** For parseSchedule, which needs the client's defaults. */
  readonly schedule: unknown;
  /** The moment of configuration to assume. */
  readonly now?: Instant;
  readonly watermark?: Instant;
  readonly count: number;
}

const FIELDS = ['schedule', 'now', 'watermark', 'count'];
const MOST_PERIODS = 400;
const USUAL_PERIODS = 10;
const LONGEST_INSTANT = 40;

/** Reads the body of a preview: what could be read, and every problem of it. Throws 422 where it is no object. */
export function readPreviewBody(body: unknown): {
  readonly input: PreviewInput;
  readonly problems: readonly Problem[];
} {
  const members = membersOf(body);
  const problems: Problem[] = [];
  const report: Report = (pointer, code, message) => {
    problems.push({ pointer, code, message });
    return undefined;
  };
  reportUnknown(members, FIELDS, report);
  const input = {
    schedule: members['schedule'],
    now: readInstant('now', members['now'], report),
    watermark: readInstant('watermark', members['watermark'], report),
    count: readCount(members['count'], report) ?? USUAL_PERIODS,
  };
  if (input.schedule === undefined) report('/schedule', 'required', 'schedule is missing.');
  return { input, problems };
}

function readInstant(name: string, value: unknown, report: Report): Instant | undefined {
  if (value === undefined) return undefined;
  const at = pointerTo(name);
  if (typeof value !== 'string') return report(at, 'invalid_type', `${name} is a text; got ${shown(value)}.`);
  const read = value.length > LONGEST_INSTANT ? undefined : parseInstant(value);
  if (read === undefined)
    return report(at, 'invalid_date', `${name} is an ISO 8601 instant with an offset or Z; got ${shown(value)}.`);
  if (isInRange(read)) return read;
  return report(at, 'date_out_of_range', `${name} lies between 1970-01-01 and 2100-12-31; got ${shown(value)}.`);
}

/** Whether an instant lies in the years that schedules are made for. */
export const isInRange = (at: Instant): boolean => at >= 0 && toIso(at) < '2101';

function readCount(value: unknown, report: Report): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number') return report('/count', 'invalid_type', `count is a number; got ${shown(value)}.`);
  if (!Number.isInteger(value))
    return report('/count', 'invalid_type', `count is a whole number; got ${shown(value)}.`);
  if (value >= 1 && value <= MOST_PERIODS) return value;
  return report('/count', 'out_of_range', `count is 1 to ${MOST_PERIODS}; got ${shown(value)}.`);
}
