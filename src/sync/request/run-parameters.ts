import { isId } from '../../domain/id.js';
import { shown } from '../../domain/problem.js';
import type { RecencyField, RecordFilter } from '../../domain/run/record-filter.js';
import type { Report } from '../../domain/schedule/schedule-fields.js';
import type { Instant } from '../../domain/time/instant.js';
import { isCleanText } from '../../platform/characters.js';
import { readBoolean, readInteger, readPast, readTexts, type Members } from './members.js';

/** What every type of run takes. */
export interface RunParameters {
  readonly force: boolean;
  /** Empty: those of the sync. */
  readonly models: readonly string[] | 'syncOnly';
  readonly filter: RecordFilter;
  readonly reason?: string;
  /** Id of the run whose end made the caller ask; whether there is such a run is not known yet. */
  readonly causedBy?: string;
}

export const RUN_PARAMETERS: readonly string[] = [
  'force',
  'models',
  'syncSince',
  'syncSinceBy',
  'syncLast',
  'syncLastBy',
  'reason',
  'causedBy',
];

const MOST_MODELS = 100;
const MOST_RECENT = 10_000;
const LONGEST_REASON = 200;
const FIELDS: readonly RecencyField[] = ['updated_at', 'created_at'];

export function readRunParameters(members: Members, report: Report, now: Instant): RunParameters {
  return {
    force: readBoolean(members, 'force', report) ?? false,
    models: readModels(members, report),
    filter: readFilter(members, report, now),
    reason: readReason(members, report),
    causedBy: readCausedBy(members, report),
  };
}

function readModels(members: Members, report: Report): RunParameters['models'] {
  const { models } = members;
  if (models === 'syncOnly') return models;
  if (models === undefined || Array.isArray(models))
    return readTexts(members, { name: 'models', item: 'A model', max: MOST_MODELS }, report);
  report('/models', 'invalid_type', `models is a list of model names, or "syncOnly"; got ${shown(models)}.`);
  return [];
}

function readFilter(members: Members, report: Report, now: Instant): RecordFilter {
  const at = readPast(members, 'syncSince', report, now);
  const count = readInteger(members, { name: 'syncLast', min: 1, max: MOST_RECENT }, report);
  const sinceBy = readField(members, { name: 'syncSinceBy', goesWith: 'syncSince' }, report);
  const lastBy = readField(members, { name: 'syncLastBy', goesWith: 'syncLast' }, report);
  return {
    since: at === undefined ? undefined : { at, by: sinceBy },
    last: count === undefined ? undefined : { count, by: lastBy },
  };
}

interface FieldMember {
  readonly name: string;
  /** The member without which it has no meaning: given alone, it is more likely a slip than a wish. */
  readonly goesWith: string;
}

function readField(members: Members, { name, goesWith }: FieldMember, report: Report): RecencyField {
  const value = members[name];
  if (value === undefined || value === null) return 'updated_at';
  const words = `${name} is ${FIELDS.join(' or ')}; got ${shown(value)}.`;
  const field = FIELDS.find((known) => known === value);
  if (field === undefined) report(`/${name}`, typeof value === 'string' ? 'unsupported_value' : 'invalid_type', words);
  else if (members[goesWith] === undefined || members[goesWith] === null)
    report(`/${name}`, 'not_applicable', `${name} says what ${goesWith} goes by; give ${goesWith} too, or neither.`);
  return field ?? 'updated_at';
}

/** Why a run is asked for: up to 200 characters on one line. */
export function readReason({ reason }: Members, report: Report): string | undefined {
  if (reason === undefined || reason === null) return undefined;
  const at = '/reason';
  if (typeof reason !== 'string') return report(at, 'invalid_type', `reason is a text or null; got ${shown(reason)}.`);
  if (reason.length === 0) return report(at, 'too_short', 'reason has at least one character; null for none.');
  if (reason.length > LONGEST_REASON) return report(at, 'too_long', `reason has at most ${LONGEST_REASON} characters.`);
  if (isCleanText(reason)) return reason;
  return report(at, 'invalid_characters', 'reason holds control characters, or such as cannot be shown as written.');
}

function readCausedBy({ causedBy }: Members, report: Report): string | undefined {
  if (causedBy === undefined || causedBy === null) return undefined;
  const at = '/causedBy';
  if (typeof causedBy !== 'string')
    return report(at, 'invalid_type', `causedBy is the id of a run, or null; got ${shown(causedBy)}.`);
  if (isId('run', causedBy)) return causedBy;
  return report(at, 'unknown_reference', `There is no run ${shown(causedBy)}.`);
}
