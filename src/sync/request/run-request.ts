import { instant, parseInstant, type Instant } from '../../domain/time/instant.js';
import { parsed, pointerTo, refused, shown, type Parsed, type Problem } from '../../domain/problem.js';

/** What a caller asks for with `POST /v1/syncs/{syncId}/runs`. */
export type RunRequest = {
  readonly force: boolean;
  /** Empty: those of the sync. */
  readonly models: readonly string[];
} & (
  | { readonly type: 'latest'; readonly syncTo?: Instant }
  | { readonly type: 'range'; readonly start: Instant; readonly finish: Instant }
  | { readonly type: 'full' }
);

const membersOf = {
  latest: ['type', 'force', 'models', 'syncTo'],
  range: ['type', 'force', 'models', 'start', 'finish'],
  full: ['type', 'force', 'models'],
} as const;

type Members = Readonly<Record<string, unknown>>;

const EARLIEST = instant('1970-01-01T00:00:00Z');
const LATEST = instant('2101-01-01T00:00:00Z');
const MAX_MODELS = 100;

/** Parses a request for a run: every problem at once. */
export function parseRunRequest(body: unknown): Parsed<RunRequest> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return refused({ pointer: '', code: 'invalid_type', message: 'The body must be a JSON object.' });
  const members = body as Members;
  const { type } = members;
  if (type === undefined) return refused({ pointer: '/type', code: 'required', message: 'type is required.' });
  if (type !== 'latest' && type !== 'range' && type !== 'full') {
    const code = typeof type === 'string' ? 'unsupported_value' : 'invalid_type';
    return refused({ pointer: '/type', code, message: `type is latest, range or full; got ${shown(type)}.` });
  }
  const problems = unknownMembers(members, membersOf[type]);
  const common = { force: readForce(members, problems), models: readModels(members, problems) };
  const request = readWindow(type, members, problems);
  return problems.length > 0 || !request ? refused(...problems) : parsed({ ...common, ...request });
}

function readWindow(type: RunRequest['type'], members: Members, problems: Problem[]) {
  if (type === 'full') return { type } as const;
  if (type === 'latest')
    return { type, syncTo: readInstant(members, 'syncTo', { required: false, problems }) } as const;
  const start = readInstant(members, 'start', { required: true, problems });
  const finish = readInstant(members, 'finish', { required: true, problems });
  return start === undefined || finish === undefined ? undefined : ({ type, start, finish } as const);
}

function unknownMembers(members: Members, known: readonly string[]): Problem[] {
  return Object.keys(members)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      pointer: pointerTo(name),
      code: 'unknown_field',
      message: `${shown(name)} is not a member here; there are ${known.join(', ')}.`,
    }));
}

function readForce({ force }: Members, problems: Problem[]): boolean {
  if (force === undefined || typeof force === 'boolean') return force ?? false;
  problems.push({ pointer: '/force', code: 'invalid_type', message: `force is true or false; got ${shown(force)}.` });
  return false;
}

function readModels({ models }: Members, problems: Problem[]): readonly string[] {
  if (models === undefined) return [];
  if (!Array.isArray(models)) {
    problems.push({ pointer: '/models', code: 'invalid_type', message: 'models is a list of model names.' });
    return [];
  }
  if (models.length > MAX_MODELS)
    problems.push({ pointer: '/models', code: 'too_many_items', message: `At most ${MAX_MODELS} models.` });
  models.forEach((model: unknown, index) => {
    const pointer = pointerTo('models', index);
    if (typeof model !== 'string')
      problems.push({ pointer, code: 'invalid_type', message: 'A model is named by text.' });
    else if (models.indexOf(model) < index)
      problems.push({ pointer, code: 'duplicate_value', message: `${shown(model)} is named twice.` });
  });
  return models.filter((model: unknown) => typeof model === 'string');
}

function readInstant(
  members: Members,
  name: string,
  { required, problems }: { readonly required: boolean; readonly problems: Problem[] },
): Instant | undefined {
  const value = members[name];
  const refuse = (code: Problem['code'], message: string) => {
    problems.push({ pointer: pointerTo(name), code, message });
    return undefined;
  };
  if (value === undefined || (value === null && !required))
    return required ? refuse('required', `${name} is required.`) : undefined;
  if (typeof value !== 'string') return refuse('invalid_type', `${name} is an ISO 8601 instant; got ${shown(value)}.`);
  const at = value.length > 40 ? undefined : parseInstant(value);
  if (at === undefined)
    return refuse('invalid_date', `${name} is an ISO 8601 instant with an offset or Z; got ${shown(value)}.`);
  if (at < EARLIEST || at >= LATEST) return refuse('date_out_of_range', `${name} lies from 1970 to 2100.`);
  return at;
}
