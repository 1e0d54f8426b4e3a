import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { pointerTo, type ProblemCode } from '../domain/problem.js';
import type { ConnectionProblem, JsonSchema } from '../ports/connector.js';

const ajv = new Ajv2020({ allErrors: true, discriminator: true, strict: true, strictRequired: false });

const codes: Readonly<Record<string, ProblemCode>> = {
  required: 'required',
  dependentRequired: 'required',
  'false schema': 'not_applicable',
  additionalProperties: 'unknown_field',
  type: 'invalid_type',
  const: 'unsupported_value',
  enum: 'unsupported_value',
  discriminator: 'unsupported_value',
  pattern: 'invalid_format',
  minLength: 'too_short',
  maxLength: 'too_long',
  minimum: 'out_of_range',
  maximum: 'out_of_range',
  minProperties: 'too_few_items',
  maxProperties: 'too_many_items',
  maxItems: 'too_many_items',
};

/** Checks values against a JSON Schema (2020-12) and answers problems with pointers below `root`. */
export class SchemaCheck {
  private readonly validate: ValidateFunction;

  constructor(schema: JsonSchema) {
    this.validate = ajv.compile(schema);
  }

  problems(root: string, value: unknown): readonly ConnectionProblem[] {
    if (this.validate(value)) return [];
    const found = (this.validate.errors ?? []).map((error) => toProblem(root, error));
    const isNew = ({ pointer, code }: ConnectionProblem, at: number) =>
      found.findIndex((other) => other.pointer === pointer && other.code === code) === at;
    // These only say that one of the errors before them was about a name, or of a branch.
    return found.filter((problem) => problem.code !== '').filter(isNew);
  }
}

function toProblem(root: string, error: ErrorObject): ConnectionProblem {
  const { keyword, instancePath, params, propertyName } = error;
  const member = memberOf(keyword, params) ?? propertyName;
  const pointer = `${root}${instancePath}${member === undefined ? '' : pointerTo(member)}`;
  if (keyword === 'propertyNames' || keyword === 'if') return { pointer, code: '', message: '' };
  const code =
    keyword === 'discriminator' && params.error === 'tag' ? 'required' : (codes[keyword] ?? 'unsupported_value');
  return { pointer, code, message: `${pointer} ${words(error)}.` };
}

function memberOf(keyword: string, params: ErrorObject['params']): string | undefined {
  if (keyword === 'required' || keyword === 'dependentRequired') return String(params.missingProperty);
  if (keyword === 'additionalProperties') return String(params.additionalProperty);
  return keyword === 'discriminator' ? String(params.tag) : undefined;
}

function words({ keyword, params, message }: ErrorObject): string {
  if (keyword === 'required' || keyword === 'dependentRequired') return 'is needed';
  if (keyword === 'false schema') return 'does not go with the other fields';
  if (keyword === 'additionalProperties') return 'is not a known field';
  if (keyword === 'enum') return `must be one of ${String(params.allowedValues)}`;
  if (keyword === 'pattern') return `must match ${String(params.pattern)}`;
  if (keyword === 'discriminator') return 'must name one of the types of the schema';
  return message ?? 'is wrong';
}
