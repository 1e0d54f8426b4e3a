import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { Contract } from '../../src/platform/openapi.js';

export interface CheckedAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON, else the text. */
  readonly body: unknown;
}

interface ResponseObject {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, { readonly $ref?: string; readonly required?: boolean }>>;
  readonly content?: Readonly<Record<string, unknown>>;
}

type Node = Readonly<Record<string, unknown>>;

const contract = new Contract();
const document = contract.document;
const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { int64: true } });
addFormats.default(ajv);
ajv.addSchema(document, 'contract');
const compiled = new Map<string, ValidateFunction>();

/**
 * Holds an answer against the contract: the status is declared, the required headers are there, the media type
 * is one of those promised, and the body fits its schema. Throws with everything that does not fit. Paths
 * outside the contract (`/docs`) are left alone.
 */
export function checkAnswer(method: string, path: string, answer: CheckedAnswer): void {
  const problems = problemsOf(method, path, answer);
  if (problems.length === 0) return;
  const shown = JSON.stringify(answer.body)?.slice(0, 1000);
  throw new Error(
    [`${method} ${path} answered ${answer.status} against the contract:`, ...problems, shown].join('\n  '),
  );
}

function problemsOf(method: string, path: string, answer: CheckedAnswer): readonly string[] {
  const known = contract.find(path.split('?', 1)[0] ?? '');
  const operation = method === 'HEAD' ? 'GET' : method;
  // What is refused before a route is found has the general form only.
  if (!known?.operations.has(operation)) return answer.status >= 400 ? problemDocument(answer) : [];
  const pointer = ['paths', known.template, operation.toLowerCase(), 'responses'];
  const responses = at(pointer) as Readonly<Record<string, ResponseObject>>;
  const declared = responses[String(answer.status)];
  if (!declared && answer.status === 408) return problemDocument(answer);
  if (!declared)
    return [`status ${answer.status} is not declared`, ...(answer.status >= 400 ? problemDocument(answer) : [])];
  const place = declared.$ref ? pathOfRef(declared.$ref) : [...pointer, String(answer.status)];
  const response = at(place) as ResponseObject;
  return [...headerProblems(response, answer), ...(method === 'HEAD' ? [] : bodyProblems(response, place, answer))];
}

function headerProblems({ headers = {} }: ResponseObject, answer: CheckedAnswer): readonly string[] {
  return Object.entries(headers).flatMap(([name, header]) => {
    const { required } = (header.$ref ? at(pathOfRef(header.$ref)) : header) as { readonly required?: boolean };
    return required && !answer.headers.has(name) ? [`header ${name} is missing`] : [];
  });
}

function bodyProblems({ content }: ResponseObject, place: readonly string[], answer: CheckedAnswer): readonly string[] {
  if (!content) return answer.body === '' ? [] : ['a body is not declared'];
  const type = (answer.headers.get('content-type') ?? '').split(';', 1)[0] ?? '';
  if (!(type in content)) return [`media type ${type} is not declared`];
  if (!type.endsWith('json')) return [];
  return schemaProblems([...place, 'content', type, 'schema'], answer.body);
}

function problemDocument(answer: CheckedAnswer): readonly string[] {
  const type = answer.headers.get('content-type') ?? '';
  if (!type.startsWith('application/problem+json')) return [`media type ${type} is not application/problem+json`];
  return schemaProblems(['components', 'schemas', 'Problem'], answer.body);
}

/** What of `value` does not fit the schema at a place of the contract. */
export function schemaProblems(place: readonly string[], value: unknown): readonly string[] {
  const pointer = place.map((key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
  const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `contract#/${pointer}` });
  compiled.set(pointer, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
  );
}

const pathOfRef = (ref: string): readonly string[] =>
  ref
    .replace('#/', '')
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

function at(path: readonly string[]): unknown {
  return path.reduce<unknown>((node, key) => (node as Node)[key], document);
}
