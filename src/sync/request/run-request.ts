import { parsed, refused, shown, type Parsed, type Problem } from '../../domain/problem.js';
import type { Report } from '../../domain/schedule/schedule-fields.js';
import type { Instant } from '../../domain/time/instant.js';
import { readInstant, readObject, reportTo, reportUnknown, requireInstant, type Members } from './members.js';
import { readRunParameters, RUN_PARAMETERS, type RunParameters } from './run-parameters.js';

/** The span a caller asks for. */
export type RunSpan =
  | { readonly type: 'latest'; readonly syncTo?: Instant }
  | { readonly type: 'range'; readonly start: Instant; readonly finish: Instant }
  | { readonly type: 'full' };

/** What a caller asks for with `POST /v1/syncs/{syncId}/runs`. */
export interface RunRequest extends RunParameters {
  readonly span: RunSpan;
}

const membersOf = {
  latest: ['type', ...RUN_PARAMETERS, 'syncTo'],
  range: ['type', ...RUN_PARAMETERS, 'start', 'finish'],
  full: ['type', ...RUN_PARAMETERS],
} as const satisfies Record<RunSpan['type'], readonly string[]>;

export interface RunRequestPlace {
  readonly now: Instant;
  /** Where in the body the request is. */
  readonly at?: string;
}

/** Parses a request for a run: every problem at once. */
export function parseRunRequest(body: unknown, { now, at = '' }: RunRequestPlace): Parsed<RunRequest> {
  const problems: Problem[] = [];
  const report = reportTo(problems, at);
  const members = readObject(body, report);
  const type = members && readType(members, report);
  if (!members || !type) return refused(...problems);
  reportUnknown(members, membersOf[type], report);
  const parameters = readRunParameters(members, report, now);
  const span = readSpan(type, members, report);
  return problems.length > 0 || !span ? refused(...problems) : parsed({ ...parameters, span });
}

function readType({ type }: Members, report: Report): RunSpan['type'] | undefined {
  if (type === 'latest' || type === 'range' || type === 'full') return type;
  if (type === undefined) return report('/type', 'required', 'type is required.');
  const code = typeof type === 'string' ? 'unsupported_value' : 'invalid_type';
  return report('/type', code, `type is latest, range or full; got ${shown(type)}.`);
}

function readSpan(type: RunSpan['type'], members: Members, report: Report): RunSpan | undefined {
  if (type === 'full') return { type };
  if (type === 'latest') return { type, syncTo: readInstant(members, 'syncTo', report) };
  const start = requireInstant(members, 'start', report);
  const finish = requireInstant(members, 'finish', report);
  return start === undefined || finish === undefined ? undefined : { type, start, finish };
}
