import { pointerTo, parsed, refused, shown, type Parsed, type Problem } from '../domain/problem.js';
import type { SyncSchedule } from '../domain/schedule/sync-schedule.js';
import type { ConnectorRegistry } from '../ports/connector.js';
import { unknownModels } from '../schedule/known-models.js';
import { readSchedule } from '../schedule/schedule-input.js';
import { readSyncBody } from '../schedule/sync-body.js';
import { modelsInForce, type FlowContext } from './flow-context.js';
import { defaultsOf, optionsOf } from './flow-options.js';

/** A configuration with everything filled in, that could be saved. */
export interface FlowDraft {
  readonly models: readonly string[];
  readonly schedule: SyncSchedule;
  /** As the request had it, which can be another day in the schedule's zone. */
  readonly writtenStartDate: unknown;
}

type Members = Readonly<Record<string, unknown>>;

const FIELDS = ['models', 'selectedFrequency', 'interval', 'startDate', 'syncHour', 'timeZone'];
/** Where in the body a configuration stands. */
const PLACE = '/configuration';

/** Reads a configuration: what is left out is as it is in force, else as the page proposes. Every problem at once. */
export function readDraft(value: unknown, context: FlowContext, connectors: ConnectorRegistry): Parsed<FlowDraft> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const code = value === undefined ? 'required' : 'invalid_type';
    return refused({ pointer: PLACE, code, message: `configuration is a JSON object; got ${shown(value)}.` });
  }
  const given = value as Members;
  const schedule = scheduleMembers(given, context);
  const { client, sync, now } = context;
  const read = readSchedule(schedule, { client, previous: sync?.schedule, now, pointer: '' });
  const models = readModels(given['models'], context, connectors);
  const problems = [...unknownFields(given), ...models.problems, ...read.problems, ...choiceProblems(given, context)];
  if (problems.length > 0 || !read.schedule) return refused(...problems.map(inside));
  return parsed({ models: models.names, schedule: read.schedule, writtenStartDate: given['startDate'] });
}

const inside = ({ pointer, code, message }: Problem): Problem => ({ pointer: PLACE + pointer, code, message });

/** The members of a schedule, as `PUT /v1/syncs/{syncId}/schedule` takes them. */
function scheduleMembers(given: Members, context: FlowContext): Members {
  const inForce = context.sync?.schedule;
  const base = inForce ?? defaultsOf(context);
  const selectedFrequency = given['selectedFrequency'] ?? base.selectedFrequency;
  return {
    selectedFrequency,
    frequencyOptions: frequencyOptionsOf(context),
    interval: given['interval'] ?? (selectedFrequency === 'Interval' ? base.interval : undefined),
    startDate: given['startDate'] ?? base.startDate,
    syncHour: syncHourOf(given['syncHour'], context),
    timeZone: given['timeZone'] ?? base.timeZone,
  };
}

function unknownFields(given: Members): readonly Problem[] {
  const unknown = Object.keys(given).filter((name) => !FIELDS.includes(name));
  return unknown.map((name) => ({
    pointer: pointerTo(name),
    code: 'unknown_field',
    message: `A configuration has no field ${shown(name)}; there are ${FIELDS.join(', ')}.`,
  }));
}

/** What the API would take, and the page does not offer. */
function choiceProblems(given: Members, context: FlowContext): readonly Problem[] {
  const { frequencies, isSyncHourEditable } = optionsOf(context);
  const { selectedFrequency, syncHour } = given;
  const hour = hourInForce(context);
  const isWithheld = frequencyOptionsOf(context).some((option) => option === selectedFrequency);
  const isOffered = frequencies.some((frequency) => frequency === selectedFrequency);
  const isMoved = typeof syncHour === 'number' && syncHour !== hour && !isSyncHourEditable;
  return [
    ...(isWithheld && !isOffered
      ? [problem('/selectedFrequency', 'unsupported_frequency', `This page offers ${frequencies.join(', ')}.`)]
      : []),
    ...(isMoved ? [problem('/syncHour', 'not_applicable', `This page leaves the sync hour at ${hour}.`)] : []),
  ];
}

const frequencyOptionsOf = ({ sync, client }: FlowContext) =>
  sync?.schedule?.frequencyOptions ?? client.frequencyOptions;

const hourInForce = ({ sync, client }: FlowContext): number => sync?.schedule?.syncHour ?? client.defaultSyncHour ?? 0;

/** An hour that nobody chose stays one that was taken from the defaults. */
function syncHourOf(given: unknown, context: FlowContext): unknown {
  const { client, sync } = context;
  const isDefault = sync?.schedule?.syncHourSource !== 'explicit';
  const isChosen = given != null && optionsOf(context).isSyncHourEditable;
  const wanted = given ?? sync?.schedule?.syncHour;
  return isDefault && !isChosen && wanted === (client.defaultSyncHour ?? 0) ? undefined : wanted;
}

function readModels(value: unknown, context: FlowContext, connectors: ConnectorRegistry) {
  if (value === undefined) return { names: modelsInForce(context), problems: [] };
  const { input, problems } = readSyncBody({ models: value });
  const names = Array.isArray(input.models) ? (input.models as readonly string[]) : [];
  if (problems.length > 0) return { names, problems };
  if (!Array.isArray(value)) return { names, problems: [problem('/models', 'invalid_type', 'models is a list.')] };
  const unknown = unknownModels(connectors, context.connection, names);
  return { names, problems: unknown.length > 0 ? unknown : missingModels(names, context) };
}

function missingModels(names: readonly string[], context: FlowContext): readonly Problem[] {
  const { models } = optionsOf(context);
  if (models.length > 0 && names.length === 0) return [problem('/models', 'too_few_items', 'Choose at least one.')];
  const missing = models.filter(({ name, required }) => required && !names.includes(name)).map(({ name }) => name);
  return missing.length === 0 ? [] : [problem('/models', 'required', `Always included: ${missing.join(', ')}.`)];
}

const problem = (pointer: string, code: Problem['code'], message: string): Problem => ({ pointer, code, message });
