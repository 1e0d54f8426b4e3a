import { closed, field, headerName, oneOf, query, variant, word } from './schema-parts.js';

const counted = {
  sizeParam: word,
  totalPath: field,
  totalHeader: headerName,
  shortPageEnds: { type: 'boolean', description: 'Only the last page holds fewer records than were asked for.' },
};

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
  ...closed({
    from: { ...word, description: 'Query parameter for the earliest change.' },
    to: { ...word, description: 'Query parameter for the end; inclusive or exclusive.' },
    param: { ...word, description: 'Query parameter that takes an expression, e.g. `$filter`.' },
    template: {
      type: 'string',
      maxLength: 1000,
      pattern: '\\{from\\}',
      description:
        'The expression, with `{from}` and, if it has an end, `{to}` in the place of the instants: `updatedAt ge {from} and updatedAt lt {to}`. Other braces stay as they are.',
    },
    format: {
      enum: ['iso', 'isoSeconds', 'date', 'unixSeconds', 'unixMilliseconds'],
      default: 'iso',
      description: 'How instants are written.',
    },
    fromIsExclusive: { type: 'boolean', default: false },
  }),
  dependentRequired: { param: ['template'], template: ['param'] },
  // Either a parameter for each end of the span, or one parameter with an expression.
  if: { required: ['template'] },
  // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema's own word.
  then: { properties: { from: false, to: false } },
  else: { required: ['from'] },
  description: 'How a request asks for changes only: `from` and `to`, or `param` and `template`.',
};

/** What the path of a model may hold. It stays below the base URL: no scheme, host, query, or way up. */
export const MODEL_PATH = '^(?!//)(?!.*(^|[/\\\\])(\\.|%2[eE]){1,2}([/\\\\]|$))[!-~]*$';

/** The schema of one model of a `rest` connection. */
export const restModelSchema = closed(
  {
    path: {
      type: 'string',
      minLength: 1,
      maxLength: 500,
      pattern: MODEL_PATH,
      description: 'Below the base URL, e.g. `orders`. May hold variables, as `shops/{{shopId}}/orders`.',
    },
    recordsPath: { ...field, description: 'Dotted path to the records; leave out where the body is the array.' },
    idField: { ...field, default: 'id' },
    updatedAtField: field,
    createdAtField: field,
    query: {
      ...query,
      description: 'Query parameters of every request. Values may hold variables of the connection, as `{{shopId}}`.',
    },
    filter,
    sort: {
      ...query,
      minProperties: 1,
      description: 'Query parameters that sort ascending by the change token, then by id.',
    },
    sortDescending: {
      ...query,
      minProperties: 1,
      description:
        'Query parameters that sort descending by `updatedAtField`. With them a run for the newest records reads no more than it needs.',
    },
    pagination,
    pageSize: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
    announcesChanges: {
      type: 'boolean',
      default: false,
      description: 'The source announces changes of this model by itself, as by webhook; sync-only runs leave it out.',
    },
  },
  ['path'],
);
