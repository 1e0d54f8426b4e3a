import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { parse } from 'yaml';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** One operation, as far as the edge holds requests to it. */
export interface Operation {
  readonly queryParameters: ReadonlySet<string>;
  /** Parameters it does not know are ignored, as on a page that is linked to. */
  readonly anyQuery: boolean;
  /** Undefined where the operation takes no body. */
  readonly body?: { readonly required: boolean };
}

/** A path of the contract. */
export interface Path {
  /** As the contract writes it, e.g. `/v1/companies/{companyId}`. */
  readonly template: string;
  readonly operations: ReadonlyMap<string, Operation>;
  /** Value of the `Allow` header. */
  readonly allow: string;
}

interface MatchedPath extends Path {
  readonly pattern: RegExp;
}

interface Parameter {
  readonly $ref?: string;
  readonly name?: string;
  readonly in?: string;
}

interface OperationObject {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean };
  readonly 'x-any-query'?: boolean;
}

type PathItem = { readonly parameters?: readonly Parameter[] } & {
  readonly [method in (typeof METHODS)[number]]?: OperationObject;
};

/** The parts of the document that are read here. */
export interface OpenApiDocument {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: { readonly parameters: Readonly<Record<string, Parameter>> };
}

/** The published contract: which paths, methods and parameters exist. Read once. */
@Injectable()
export class Contract {
  readonly document: OpenApiDocument;
  readonly version: string;
  private readonly paths: readonly MatchedPath[];

  constructor(document: OpenApiDocument = readDocument()) {
    this.document = document;
    this.version = document.info.version;
    this.paths = Object.entries(document.paths)
      .map(([template, item]) => pathOf(template, item, document))
      // A literal segment comes before a parameter in the same place.
      .sort((a, b) => parametersIn(a.template) - parametersIn(b.template));
  }

  /** The path that a request's path, undecoded and without the query, is an instance of. */
  find(path: string): Path | undefined {
    return this.paths.find(({ pattern }) => pattern.test(path));
  }

  templates(): readonly Path[] {
    return this.paths;
  }
}

const parametersIn = (template: string): number => template.split('{').length - 1;

function patternOf(template: string): RegExp {
  const segments = template
    .split('/')
    .map((segment) => (segment.startsWith('{') ? '[^/]+' : segment.replaceAll('.', '\\.')));
  return new RegExp(`^${segments.join('/')}$`);
}

function pathOf(template: string, item: PathItem, document: OpenApiDocument): MatchedPath {
  const operations = new Map<string, Operation>();
  for (const method of METHODS) {
    const operation = item[method];
    if (!operation) continue;
    const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map((one) =>
      resolved(one, document),
    );
    const queryParameters = new Set(parameters.flatMap((one) => (one.in === 'query' && one.name ? [one.name] : [])));
    const { requestBody } = operation;
    operations.set(method.toUpperCase(), {
      queryParameters,
      anyQuery: operation['x-any-query'] === true,
      ...(requestBody ? { body: { required: requestBody.required === true } } : {}),
    });
  }
  const methods = [...operations.keys()];
  return {
    template,
    pattern: patternOf(template),
    operations,
    allow: [...methods, ...(operations.has('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', '),
  };
}

function resolved(parameter: Parameter, document: OpenApiDocument): Parameter {
  const name = parameter.$ref?.replace('#/components/parameters/', '');
  const found = name === undefined ? parameter : document.components.parameters[name];
  if (!found) throw new Error(`The contract refers to a parameter it does not have: ${name}.`);
  return found;
}

function readDocument(): OpenApiDocument {
  return parse(readFileSync(documentFile(), 'utf8')) as OpenApiDocument;
}

/** Beside the sources and beside the build, which lie at different depths. */
function documentFile(): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'openapi', 'openapi.yaml');
    if (existsSync(file)) return file;
  }
  throw new Error('openapi/openapi.yaml is missing: it is part of the installation.');
}
