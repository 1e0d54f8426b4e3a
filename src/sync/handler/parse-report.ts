import { oneLine } from '../../domain/run/one-line.js';
import type { FailureClass } from '../../domain/run/failure.js';
import type { Instant } from '../../domain/time/instant.js';
import { parsed, pointerTo, refused, shown, type Parsed, type Problem } from '../../domain/problem.js';
import type { Report } from '../../domain/schedule/schedule-fields.js';
import { findUnstorableText } from '../../platform/characters.js';
import type { Checkpoint } from '../../ports/connector.js';
import { readBoolean, readInstant, readObject, reportTo, reportUnknown, type Members } from '../request/members.js';
import { readCounts, type CountsByModel } from './read-counts.js';
import { readVariables } from './read-variables.js';

/** How a handler says that it goes on. */
export interface ProgressReport {
  readonly token: string;
  readonly models: CountsByModel;
  /** One line. */
  readonly message?: string;
  readonly checkpoint?: Checkpoint;
}

/** How it says that it is done. */
export interface Result {
  readonly models: CountsByModel;
  readonly hasMore: boolean;
  /** Of the connection, by name. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** How it says that it has failed. */
export interface FailureReport {
  readonly token: string;
  readonly errorMessage: string;
  /** One line each. */
  readonly errorDetails: readonly string[];
  readonly class: FailureClass;
  readonly retryAt?: Instant;
}

const LONGEST_TOKEN = 100;
const LONGEST_TEXT = 1_000;
const MOST_DETAILS = 100;
/** Bytes of JSON. */
const LARGEST_CHECKPOINT = 10 * 1024;
const classes: readonly FailureClass[] = ['auth', 'configuration', 'rateLimit', 'transient', 'permanent'];
const resultMembers = ['models', 'hasMore', 'variables'];

export function parseProgress(body: unknown): Parsed<ProgressReport> {
  return parseMembers(body, ['token', 'models', 'message', 'checkpoint'], (members, report) => ({
    token: readText(members, { name: 'token', max: LONGEST_TOKEN, required: true }, report) ?? '',
    models: readCounts(members, report),
    message: readText(members, { name: 'message', max: LONGEST_TEXT }, report),
    checkpoint: readCheckpoint(members, report),
  }));
}

export function parseCompletion(body: unknown): Parsed<Result & { readonly token: string }> {
  return parseMembers(body, ['token', ...resultMembers], (members, report) => ({
    token: readText(members, { name: 'token', max: LONGEST_TOKEN, required: true }, report) ?? '',
    ...readResult(members, report),
  }));
}

/** A result that was the answer to the start itself, where there is no doubt about the token. */
export const parseResult = (body: unknown): Parsed<Result> => parseMembers(body, resultMembers, readResult);

export function parseFailure(body: unknown): Parsed<FailureReport> {
  return parseMembers(body, ['token', 'errorMessage', 'errorDetails', 'class', 'retryAt'], (members, report) => {
    const failureClass = readClass(members, report);
    return {
      token: readText(members, { name: 'token', max: LONGEST_TOKEN, required: true }, report) ?? '',
      errorMessage: readText(members, { name: 'errorMessage', max: LONGEST_TEXT, required: true }, report) ?? '',
      errorDetails: readDetails(members, report),
      class: failureClass,
      retryAt: readRetryAt(members, failureClass, report),
    };
  });
}

/** Every problem at once. */
function parseMembers<T>(
  body: unknown,
  known: readonly string[],
  read: (members: Members, report: Report) => T,
): Parsed<T> {
  const problems: Problem[] = [];
  const report = reportTo(problems);
  const members = readObject(body, report);
  if (!members) return refused(...problems);
  reportUnknown(members, known, report);
  const value = read(members, report);
  return problems.length > 0 ? refused(...problems) : parsed(value);
}

const readResult = (members: Members, report: Report): Result => ({
  models: readCounts(members, report),
  hasMore: readBoolean(members, 'hasMore', report) ?? false,
  variables: readVariables(members, report),
});

interface TextMember {
  readonly name: string;
  readonly max: number;
  readonly required?: boolean;
}

function readText(members: Members, { name, max, required = false }: TextMember, report: Report): string | undefined {
  const value = members[name];
  if (value === undefined) return required ? report(pointerTo(name), 'required', `${name} is required.`) : undefined;
  return lineIn(value, { at: pointerTo(name), max }, report);
}

/** A text as one line that can be kept. */
function lineIn(
  value: unknown,
  { at, max }: { readonly at: string; readonly max: number },
  report: Report,
): string | undefined {
  if (typeof value !== 'string') return report(at, 'invalid_type', `A text is needed here; got ${shown(value)}.`);
  if (value.length > max) return report(at, 'too_long', `This text may have ${max} characters at most.`);
  return value.trim() === '' ? report(at, 'too_short', 'This text must not be empty.') : oneLine(value);
}

function readCheckpoint({ checkpoint }: Members, report: Report): Checkpoint | undefined {
  if (checkpoint === undefined) return undefined;
  const at = pointerTo('checkpoint');
  const value = readObject(checkpoint, report, at);
  if (!value) return undefined;
  const unstorable = findUnstorableText(value);
  if (unstorable)
    return report(at + pointerTo(...unstorable), 'invalid_characters', 'A NUL or half a character cannot be kept.');
  if (Buffer.byteLength(JSON.stringify(value)) <= LARGEST_CHECKPOINT) return value;
  return report(at, 'too_long', `checkpoint may take ${LARGEST_CHECKPOINT} bytes of JSON at most.`);
}

function readDetails({ errorDetails }: Members, report: Report): readonly string[] {
  if (errorDetails === undefined) return [];
  const at = pointerTo('errorDetails');
  if (!Array.isArray(errorDetails))
    return report(at, 'invalid_type', `errorDetails is a list of texts; got ${shown(errorDetails)}.`) ?? [];
  if (errorDetails.length > MOST_DETAILS)
    return report(at, 'too_many_items', `errorDetails holds ${MOST_DETAILS} texts at most.`) ?? [];
  return errorDetails.flatMap(
    (one: unknown, index) => lineIn(one, { at: pointerTo('errorDetails', index), max: LONGEST_TEXT }, report) ?? [],
  );
}

function readClass({ class: value = 'transient' }: Members, report: Report): FailureClass {
  const found = classes.find((one) => one === value);
  if (found) return found;
  const code = typeof value === 'string' ? 'unsupported_value' : 'invalid_type';
  return report('/class', code, `class is one of ${classes.join(', ')}; got ${shown(value)}.`) ?? 'transient';
}

function readRetryAt(members: Members, failureClass: FailureClass, report: Report): Instant | undefined {
  const { retryAt } = members;
  if (retryAt === undefined) return undefined;
  if (retryAt === null) return report('/retryAt', 'invalid_type', 'retryAt is an ISO 8601 instant; got null.');
  const at = readInstant(members, 'retryAt', report) ?? undefined;
  if (at === undefined || failureClass === 'rateLimit') return at;
  return report('/retryAt', 'not_applicable', 'retryAt goes with the class rateLimit only.');
}
