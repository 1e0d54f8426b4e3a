import { pointerTo } from '../../domain/problem.js';
import type { Outbound } from '../../platform/outbound/outbound.js';
import type { ConnectionProblem } from '../../ports/connector.js';
import { SchemaCheck } from '../schema-problems.js';
import { restCredentialsSchema, restSettingsSchema } from './rest-settings.schema.js';
import { authOf, type RestAuth, type RestCredentials } from './rest-settings.js';

const settingsCheck = new SchemaCheck(restSettingsSchema);
const credentialsCheck = new SchemaCheck(restCredentialsSchema);

/** Headers that the request itself decides, or that would put a secret where settings are shown. */
const reserved: ReadonlySet<string> = new Set([
  'authorization',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Every problem of a `rest` connection's settings. */
export function settingsProblems(settings: unknown, outbound: Outbound): readonly ConnectionProblem[] {
  const problems = settingsCheck.problems('/settings', settings);
  const { baseUrl, headers, auth } = Object(settings) as Readonly<Record<string, unknown>>;
  const { tokenUrl } = Object(auth) as { readonly tokenUrl?: unknown };
  return [
    ...problems,
    ...(typeof baseUrl === 'string' ? urlProblems(baseUrl, '/settings/baseUrl', outbound) : []),
    ...(typeof tokenUrl === 'string' ? tokenUrlProblems(tokenUrl, outbound) : []),
    ...headerProblems(headers),
  ];
}

/** What is wrong with a URL that Meridian would send requests to. */
export function urlProblems(text: string, pointer: string, outbound: Outbound): readonly ConnectionProblem[] {
  const check = outbound.checkUrl(text);
  if (!check.ok) return [{ pointer, code: check.code, message: check.message }];
  const { search, hash } = new URL(check.url);
  if (search === '' && hash === '') return [];
  return [{ pointer, code: 'invalid_url', message: 'A base URL has no query and no fragment.' }];
}

function tokenUrlProblems(text: string, outbound: Outbound): readonly ConnectionProblem[] {
  const pointer = '/settings/auth/tokenUrl';
  const check = outbound.checkUrl(text);
  if (!check.ok) return [{ pointer, code: check.code, message: check.message }];
  if (new URL(check.url).hash === '') return [];
  return [{ pointer, code: 'invalid_url', message: 'The URL of a token endpoint has no fragment.' }];
}

function headerProblems(headers: unknown): readonly ConnectionProblem[] {
  const names = typeof headers === 'object' && headers !== null ? Object.keys(headers) : [];
  const refused = names.filter((name) => reserved.has(name.toLowerCase()));
  return refused.map((name) => ({
    pointer: pointerTo('settings', 'headers', name),
    code: 'not_applicable',
    message: `The header ${name} cannot be set here; secrets belong in the credentials.`,
  }));
}

/** Every problem of the credentials, given the way of authentication. */
export function credentialProblems(auth: RestAuth | undefined, credentials: unknown): readonly ConnectionProblem[] {
  const problems = credentialsCheck.problems('/credentials', credentials);
  if (problems.length > 0) return problems;
  const given = credentials as RestCredentials;
  const { type } = authOf(auth, given);
  const { needed, possible } = fields[type];
  const missing = needed.filter((name) => given[name] === undefined);
  const idle = (Object.keys(given) as (keyof RestCredentials)[]).filter((name) => !possible.includes(name));
  return [
    ...missing.map((name) => credential(name, 'required', `Authentication by ${type} needs ${name}.`)),
    ...idle.map((name) => credential(name, 'not_applicable', `Authentication by ${type} does not use ${name}.`)),
  ];
}

const credential = (name: string, code: string, message: string): ConnectionProblem => ({
  pointer: pointerTo('credentials', name),
  code,
  message,
});

interface CredentialFields {
  readonly needed: readonly (keyof RestCredentials)[];
  readonly possible: readonly (keyof RestCredentials)[];
}

/** Which credentials a way of authentication takes. */
const fields: Readonly<Record<RestAuth['type'], CredentialFields>> = {
  none: { needed: [], possible: [] },
  bearer: { needed: ['token'], possible: ['token'] },
  basic: { needed: ['username'], possible: ['username', 'password'] },
  header: { needed: ['value'], possible: ['value'] },
  query: { needed: ['value'], possible: ['value'] },
  oauth2ClientCredentials: { needed: ['clientId', 'clientSecret'], possible: ['clientId', 'clientSecret'] },
};

/** Whether a way of authentication cannot do without credentials. */
export const needsCredentials = (auth: RestAuth | undefined): boolean => fields[auth?.type ?? 'none'].needed.length > 0;
