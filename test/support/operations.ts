import { Contract } from '../../src/platform/openapi.js';

type Json = Readonly<Record<string, unknown>>;

/** An operation of the contract, as far as a test needs it to make requests. */
export interface ContractOperation {
  readonly id: string;
  /** Upper case. */
  readonly method: string;
  /** E.g. `/v1/companies/{companyId}`. */
  readonly template: string;
  readonly pathParameters: readonly string[];
  readonly queryParameters: readonly string[];
  /** The contract's own examples of the body; empty where there is none. */
  readonly bodies: readonly Json[];
  /** The body's members, however deep: their JSON pointers, without the places in lists. */
  readonly members: readonly string[];
}

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];
const document: Json = new Contract().document as unknown as Json;

/** Every operation of the contract under a path, in its order. A new route is found by itself. */
export function operationsUnder(prefix: string): readonly ContractOperation[] {
  return Object.entries(document['paths'] as Json)
    .filter(([template]) => template.startsWith(prefix))
    .flatMap(([template, item]) => operationsOf(template, item as Json));
}

function operationsOf(template: string, item: Json): readonly ContractOperation[] {
  return METHODS.filter((method) => method in item).map((method) => {
    const operation = item[method] as Json;
    const parameters = list(item['parameters']).concat(list(operation['parameters'])).map(resolved);
    const named = (place: string) => parameters.filter((one) => one['in'] === place).map((one) => String(one['name']));
    const content = bodyOf(operation);
    return {
      id: String(operation['operationId']),
      method: method.toUpperCase(),
      template,
      pathParameters: named('path'),
      queryParameters: named('query'),
      bodies: Object.values((content?.['examples'] ?? {}) as Json).map((one) => resolved(one as Json)['value'] as Json),
      members: content ? membersOf(content['schema'] as Json) : [],
    };
  });
}

function bodyOf(operation: Json): Json | undefined {
  const body = operation['requestBody'] as Json | undefined;
  return body && ((resolved(body)['content'] as Json)['application/json'] as Json);
}

function membersOf(schema: Json, at = ''): readonly string[] {
  const { properties = {}, oneOf, allOf, anyOf, items } = resolved(schema);
  const parts = [...list(oneOf), ...list(allOf), ...list(anyOf), ...(items ? [items as Json] : [])];
  const own = Object.entries(properties as Json).flatMap(([name, member]) =>
    [`${at}/${name}`].concat(membersOf(member as Json, `${at}/${name}`)),
  );
  return [...new Set([...own, ...parts.flatMap((part) => membersOf(part, at))])];
}

/** The value of one of the contract's examples. */
export function exampleOf(name: string): Json {
  return resolved({ $ref: `#/components/examples/${name}` })['value'] as Json;
}

const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);

function resolved(value: Json): Json {
  const ref = value['$ref'];
  if (typeof ref !== 'string') return value;
  const path = ref.replace('#/', '').split('/');
  return path.reduce<unknown>((at, name) => (at as Json)[name], document) as Json;
}
