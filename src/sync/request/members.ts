import { parseInstant, instant, toIso, type Instant } from '../../domain/time/instant.js';
import { pointerTo, shown, type Problem } from '../../domain/problem.js';
import type { Report } from '../../domain/schedule/schedule-fields.js';

/** The members of a JSON object nobody has looked at yet. */
export type Members = Readonly<Record<string, unknown>>;

const EARLIEST = instant('1970-01-01T00:00:00Z');
const LATEST = instant('2101-01-01T00:00:00Z');
/** Longer than any spelling of an instant. */
const LONGEST_INSTANT = 40;

/** A report that notes what it is told, below a place in the body. */
export function reportTo(problems: Problem[], at = ''): Report {
  return (pointer, code, message) => {
    problems.push({ pointer: at + pointer, code, message });
    return undefined;
  };
}

/** Undefined, and reported, where a value is no JSON object. */
export function readObject(value: unknown, report: Report, pointer = ''): Members | undefined {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  const what = pointer === '' ? 'The body' : pointer.slice(1);
  return report(pointer, 'invalid_type', `${what} must be a JSON object; got ${shown(value)}.`);
}

export function reportUnknown(members: Members, known: readonly string[], report: Report): void {
  for (const name of Object.keys(members).filter((member) => !known.includes(member)))
    report(pointerTo(name), 'unknown_field', `${shown(name)} is not a member here; there are ${known.join(', ')}.`);
}

/** Undefined where nothing is given, or no instant from 1970 to 2100, which is reported. */
export function readInstant(members: Members, name: string, report: Report): Instant | undefined {
  const value = members[name];
  if (value === undefined || value === null) return undefined;
  const at = pointerTo(name);
  if (typeof value !== 'string')
    return report(at, 'invalid_type', `${name} is an ISO 8601 instant; got ${shown(value)}.`);
  const read = value.length > LONGEST_INSTANT ? undefined : parseInstant(value);
  if (read === undefined)
    return report(at, 'invalid_date', `${name} is an ISO 8601 instant with an offset or Z; got ${shown(value)}.`);
  if (read >= EARLIEST && read < LATEST) return read;
  return report(at, 'date_out_of_range', `${name} lies from 1970 to 2100.`);
}

/** As readInstant, of what must be given. */
export function requireInstant(members: Members, name: string, report: Report): Instant | undefined {
  const value = members[name];
  if (value === undefined) return report(pointerTo(name), 'required', `${name} is required.`);
  if (value === null) return report(pointerTo(name), 'invalid_type', `${name} is an ISO 8601 instant; got null.`);
  return readInstant(members, name, report);
}

/** As readInstant, of what has happened. */
export function readPast(members: Members, name: string, report: Report, now: Instant): Instant | undefined {
  const read = readInstant(members, name, report);
  if (read === undefined || read <= now) return read;
  return report(pointerTo(name), 'date_out_of_range', `${name} lies in the future; it is now ${toIso(now)}.`);
}

export interface IntegerRange {
  readonly name: string;
  readonly min: number;
  readonly max: number;
}

/** Undefined where nothing is given, or something else, which is reported. */
export function readInteger(members: Members, { name, min, max }: IntegerRange, report: Report): number | undefined {
  const value = members[name];
  if (value === undefined || value === null) return undefined;
  const words = `${name} is a whole number from ${min} to ${max}; got ${shown(value)}.`;
  if (typeof value !== 'number' || !Number.isInteger(value)) return report(pointerTo(name), 'invalid_type', words);
  return value >= min && value <= max ? value : report(pointerTo(name), 'out_of_range', words);
}

export function readBoolean(members: Members, name: string, report: Report): boolean | undefined {
  const value = members[name];
  if (value === undefined || typeof value === 'boolean') return value;
  return report(pointerTo(name), 'invalid_type', `${name} is true or false; got ${shown(value)}.`);
}

export interface ListOfTexts {
  readonly name: string;
  /** What one item is, as in "a model". */
  readonly item: string;
  readonly max: number;
}

/** Each text once; what is none, and what comes twice, is reported. */
export function readTexts(members: Members, { name, item, max }: ListOfTexts, report: Report): readonly string[] {
  const value = members[name];
  if (value === undefined) return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  if (!Array.isArray(value)) report(pointerTo(name), 'invalid_type', `${name} is a list; got ${shown(value)}.`);
  if (list.length > max) report(pointerTo(name), 'too_many_items', `${name} holds at most ${max} items.`);
  for (const [index, one] of list.entries()) {
    const at = pointerTo(name, index);
    if (typeof one !== 'string') report(at, 'invalid_type', `${item} is named by text; got ${shown(one)}.`);
    else if (list.indexOf(one) < index) report(at, 'duplicate_value', `${shown(one)} is named twice.`);
  }
  return list.filter((one) => typeof one === 'string');
}
