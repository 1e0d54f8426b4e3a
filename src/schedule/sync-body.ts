import { parseDuration } from '../domain/time/duration.js';
import { pointerTo, shown, validationFailed, type Problem } from '../domain/problem.js';
import type { Report } from '../domain/schedule/schedule-fields.js';
import { isCleanText } from '../platform/characters.js';
import type { ReadWindow, SyncMode, WatermarkAt } from '../ports/syncs.js';

/** What a caller may say of a sync. Null empties, absent leaves. */
export interface SyncInput {
  readonly name?: string | null;
  /** Empty: all models of the connection. The word: those whose changes the source does not announce. */
  readonly models?: readonly string[] | typeof SYNC_ONLY;
  readonly enabled?: boolean;
  readonly mode?: SyncMode;
  readonly lookback?: string | null;
  readonly readWindow?: ReadWindow;
  readonly watermarkAt?: WatermarkAt;
  readonly changesPerRun?: number | null;
  /** For parseSchedule, which needs the client's defaults. */
  readonly schedule?: unknown;
}

type Members = Readonly<Record<string, unknown>>;

export const SYNC_ONLY = 'syncOnly';

const FIELDS = [
  'name',
  'models',
  'enabled',
  'mode',
  'lookback',
  'readWindow',
  'watermarkAt',
  'changesPerRun',
  'schedule',
];
const MODES: readonly SyncMode[] = ['auto', 'incremental', 'audit', 'full'];
const READ_WINDOWS: readonly ReadWindow[] = ['period', 'previousDay', 'previousHour'];
const WATERMARKS_AT: readonly WatermarkAt[] = ['periodEnd', 'runEnd'];
const MOST_CHANGES = 1_000_000;
const LONGEST_NAME = 200;
const LONGEST_DURATION = 40;
const MOST_MODELS = 100;

/** Reads the body of POST and PATCH: what could be read, and every problem of it. Throws 422 where it is no object. */
export function readSyncBody(body: unknown): { readonly input: SyncInput; readonly problems: readonly Problem[] } {
  const members = membersOf(body);
  const problems: Problem[] = [];
  const report: Report = (pointer, code, message) => {
    problems.push({ pointer, code, message });
    return undefined;
  };
  reportUnknown(members, FIELDS, report);
  const input = {
    name: readName(members['name'], report),
    models: readModels(members['models'], report),
    enabled: readEnabled(members['enabled'], report),
    mode: readWord(members, 'mode', MODES, report),
    lookback: readLookback(members['lookback'], report),
    readWindow: readWord(members, 'readWindow', READ_WINDOWS, report),
    watermarkAt: readWord(members, 'watermarkAt', WATERMARKS_AT, report),
    changesPerRun: readChangesPerRun(members['changesPerRun'], report),
    schedule: members['schedule'],
  };
  return { input, problems };
}

/** The members of a body that is an object. Throws 422 invalid_type otherwise. */
export function membersOf(body: unknown): Members {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Members;
  throw validationFailed([{ pointer: '', code: 'invalid_type', message: 'The body must be a JSON object.' }]);
}

export function reportUnknown(members: Members, known: readonly string[], report: Report): void {
  for (const name of Object.keys(members).filter((member) => !known.includes(member)))
    report(pointerTo(name), 'unknown_field', `There is no field ${shown(name)}; there are ${known.join(', ')}.`);
}

function readName(value: unknown, report: Report): string | null | undefined {
  if (value === undefined || value === null) return value;
  const at = '/name';
  if (typeof value !== 'string') return report(at, 'invalid_type', `name is a text or null; got ${shown(value)}.`);
  if (value.length === 0) return report(at, 'too_short', 'name has at least one character; null for none.');
  if (value.length > LONGEST_NAME) return report(at, 'too_long', `name has at most ${LONGEST_NAME} characters.`);
  if (isCleanText(value)) return value;
  return report(at, 'invalid_characters', 'name holds control characters, or such as cannot be shown as written.');
}

function readModels(value: unknown, report: Report): SyncInput['models'] {
  if (value === undefined || value === SYNC_ONLY) return value;
  const at = '/models';
  if (!Array.isArray(value))
    return report(at, 'invalid_type', `models is a list, or the word ${SYNC_ONLY}; got ${shown(value)}.`);
  if (value.length > MOST_MODELS) return report(at, 'too_many_items', `models holds at most ${MOST_MODELS} names.`);
  const items: readonly unknown[] = value;
  for (const [index, item] of items.entries()) {
    const place = pointerTo('models', index);
    if (typeof item !== 'string') report(place, 'invalid_type', `A model is named by a text; got ${shown(item)}.`);
    else if (items.indexOf(item) < index) report(place, 'duplicate_value', `${shown(item)} is listed twice.`);
  }
  return items.filter((item) => typeof item === 'string');
}

function readEnabled(value: unknown, report: Report): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  return report('/enabled', 'invalid_type', `enabled is true or false; got ${shown(value)}.`);
}

function readWord<Word extends string>(
  members: Members,
  name: string,
  words: readonly Word[],
  report: Report,
): Word | undefined {
  const value = members[name];
  if (value === undefined) return undefined;
  const at = pointerTo(name);
  if (typeof value !== 'string') return report(at, 'invalid_type', `${name} is a text; got ${shown(value)}.`);
  const word = words.find((known) => known === value);
  return word ?? report(at, 'unsupported_value', `${name} is one of ${words.join(', ')}; got ${shown(value)}.`);
}

function readChangesPerRun(value: unknown, report: Report): number | null | undefined {
  if (value === undefined || value === null) return value;
  const at = '/changesPerRun';
  if (!Number.isInteger(value))
    return report(at, 'invalid_type', `changesPerRun is a whole number or null; got ${shown(value)}.`);
  if (Number(value) >= 1 && Number(value) <= MOST_CHANGES) return Number(value);
  return report(at, 'out_of_range', `changesPerRun is 1 to ${MOST_CHANGES}, or null; got ${shown(value)}.`);
}

function readLookback(value: unknown, report: Report): string | null | undefined {
  if (value === undefined || value === null) return value;
  const at = '/lookback';
  if (typeof value !== 'string') return report(at, 'invalid_type', `lookback is a text or null; got ${shown(value)}.`);
  if (value.startsWith('P') && value.length <= LONGEST_DURATION && parseDuration(value).ok) return value;
  return report(at, 'invalid_duration', `lookback is an ISO 8601 duration such as PT1H; got ${shown(value)}.`);
}
