import type { JsonSchema } from '../../ports/connector.js';

// Printable ASCII: nothing that could end a header or hide in one.
const word = { type: 'string', minLength: 1, maxLength: 200, pattern: '^[!-~]*$' };
const headerName = { type: 'string', minLength: 1, maxLength: 100, pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]*$" };
const headerValue = { type: 'string', maxLength: 2000, pattern: '^[\\t -~]*$' };
const field = { type: 'string', minLength: 1, maxLength: 200, description: 'A dotted path, e.g. `meta.updatedAt`.' };
const query = {
  type: 'object',
  maxProperties: 20,
  propertyNames: word,
  additionalProperties: { type: 'string', maxLength: 500 },
};

const closed = (properties: Readonly<Record<string, unknown>>, required: readonly string[]) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const variant = (type: string, properties: Readonly<Record<string, unknown>> = {}, required: readonly string[] = []) =>
  closed({ type: { const: type }, ...properties }, ['type', ...required]);
const oneOf = (description: string, ...variants: readonly unknown[]) => ({
  type: 'object',
  description,
  required: ['type'],
  discriminator: { propertyName: 'type' },
  oneOf: variants,
});

const counted = {
  sizeParam: word,
  totalPath: field,
  totalHeader: headerName,
  shortPageEnds: { type: 'boolean', description: 'Only the last page holds fewer records than were asked for.' },
};

const auth = oneOf(
  'How requests prove who is asking. The secret goes into the credentials.',
  variant('none'),
  variant('bearer'),
  variant('basic'),
  variant('header', { name: headerName }, ['name']),
  variant('query', { name: word }, ['name']),
);

const pagination = oneOf(
  'How a listing goes on after a page.',
  variant('none'),
  variant('page', { ...counted, pageParam: word, firstPage: { type: 'integer', minimum: 0, maximum: 1 } }),
  variant('offset', { ...counted, offsetParam: word }),
  variant('cursor', { ...counted, cursorParam: word, cursorPath: field }, ['cursorParam', 'cursorPath']),
  variant('link', counted),
  variant('nextUrl', { ...counted, nextPath: field }, ['nextPath']),
);

const filter = {
  ...closed(
    {
      from: { ...word, description: 'Query parameter for the earliest change.' },
      to: { ...word, description: 'Query parameter for the end; inclusive or exclusive.' },
      format: { enum: ['iso', 'isoSeconds', 'date', 'unixSeconds', 'unixMilliseconds'], default: 'iso' },
      fromIsExclusive: { type: 'boolean', default: false },
    },
    ['from'],
  ),
  description: 'Query parameters that filter by the change token.',
};

const model = closed(
  {
    path: {
      type: 'string',
      minLength: 1,
      maxLength: 500,
      // Stays below the base URL: no scheme, host, query, or way up.
      pattern: '^(?!//)(?!.*(^|[/\\\\])(\\.|%2[eE]){1,2}([/\\\\]|$))[!-~]*$',
      description: 'Below the base URL, e.g. `orders`.',
    },
    recordsPath: { ...field, description: 'Dotted path to the records; leave out where the body is the array.' },
    idField: { ...field, default: 'id' },
    updatedAtField: field,
    createdAtField: field,
    query: { ...query, description: 'Query parameters of every request.' },
    filter,
    sort: {
      ...query,
      minProperties: 1,
      description: 'Query parameters that sort ascending by the change token, then by id.',
    },
    pagination,
    pageSize: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
  },
  ['path'],
);

/** The schema of a `rest` connection's settings. */
export const restSettingsSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...closed(
    {
      baseUrl: {
        type: 'string',
        maxLength: 2000,
        description: 'Where the API begins, e.g. `https://shop.example.com/api/v1`.',
      },
      headers: { type: 'object', maxProperties: 20, propertyNames: headerName, additionalProperties: headerValue },
      auth,
      models: {
        type: 'object',
        maxProperties: 100,
        propertyNames: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_-]{0,99}$' },
        additionalProperties: model,
      },
    },
    ['baseUrl'],
  ),
};

const secret = { type: 'string', minLength: 1, maxLength: 8000, pattern: '^([!-~]([ -~]*[!-~])?)?$' };

/** The schema of its credentials; which of them are needed depends on `auth`. */
export const restCredentialsSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...closed(
    {
      token: { ...secret, description: 'For `bearer`.' },
      username: { ...secret, description: 'For `basic`.' },
      password: { type: 'string', maxLength: 8000, description: 'For `basic`.' },
      value: { ...secret, description: 'For `header` and `query`.' },
    },
    [],
  ),
};
