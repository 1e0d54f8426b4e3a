import type { JsonSchema } from '../../ports/connector.js';
import { restModelSchema } from './rest-model.schema.js';
import { closed, HEADER_VALUE, headerName, LONGEST_HEADER, oneOf, variant, word } from './schema-parts.js';

const scope = { type: 'string', minLength: 1, maxLength: 1000, pattern: '^[ -~]*$' };

const auth = oneOf(
  'How requests prove who is asking. The secret goes into the credentials.',
  variant('none'),
  variant('bearer'),
  variant('basic'),
  variant('header', { name: headerName }, ['name']),
  variant('query', { name: word }, ['name']),
  variant(
    'oauth2ClientCredentials',
    {
      tokenUrl: {
        type: 'string',
        maxLength: 2000,
        description: 'Where tokens are issued for `clientId` and `clientSecret`.',
      },
      scope: { ...scope, description: 'Scopes to ask for, separated by spaces.' },
      audience: { ...scope, description: 'Which API the token is for, where the endpoint wants to know.' },
      clientAuth: {
        enum: ['basic', 'body'],
        default: 'basic',
        description: 'Whether id and secret go into the Authorization header or into the form.',
      },
    },
    ['tokenUrl'],
  ),
);

const rateLimit = {
  ...closed({
    requestsPerSecond: { type: 'number', minimum: 0.1, maximum: 1000 },
    burst: {
      type: 'integer',
      minimum: 1,
      maximum: 1000,
      default: 1,
      description: 'Requests that may be sent at once after a rest.',
    },
    remainingHeader: { ...headerName, description: 'Tells the requests left, e.g. `x-ratelimit-remaining`.' },
    resetHeader: {
      ...headerName,
      description: 'Tells when there are more, e.g. `x-ratelimit-reset`: epoch seconds, or seconds from now.',
    },
    usedHeader: { ...headerName, description: 'Tells used and allowed requests, as `39/40`.' },
  }),
  dependentRequired: { burst: ['requestsPerSecond'] },
  minProperties: 1,
  description:
    'How fast the source may be asked, over all syncs of the connection and per worker process. With the headers a run waits before the source has to refuse.',
};

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
      headers: {
        type: 'object',
        maxProperties: 20,
        propertyNames: headerName,
        additionalProperties: { type: 'string', maxLength: LONGEST_HEADER, pattern: HEADER_VALUE },
        description: 'Headers of every request. Values may hold variables of the connection, as `{{shopId}}`.',
      },
      auth,
      rateLimit,
      models: {
        type: 'object',
        maxProperties: 100,
        propertyNames: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_-]{0,99}$' },
        additionalProperties: restModelSchema,
      },
    },
    ['baseUrl'],
  ),
};

const secret = { type: 'string', minLength: 1, maxLength: 8000, pattern: '^([!-~]([ -~]*[!-~])?)?$' };

/** The schema of its credentials; which of them are needed depends on `auth`. */
export const restCredentialsSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...closed({
    token: { ...secret, description: 'For `bearer`.' },
    username: { ...secret, description: 'For `basic`.' },
    password: { type: 'string', maxLength: 8000, description: 'For `basic`.' },
    value: { ...secret, description: 'For `header` and `query`.' },
    clientId: { ...secret, description: 'For `oauth2ClientCredentials`.' },
    clientSecret: { ...secret, description: 'For `oauth2ClientCredentials`.' },
  }),
};
