import { elapsedLength, elapsedText, parseDuration } from '../../domain/time/duration.js';
import { HOUR, MINUTE, SECOND } from '../../domain/time/instant.js';
import { pointerTo } from '../../domain/problem.js';
import type { Outbound } from '../../platform/outbound/outbound.js';
import { parseSigningSecret } from '../../platform/signing/signing-secret.js';
import type { ConnectionProblem, ConnectorConnection, JsonSchema } from '../../ports/connector.js';
import type { Patience } from '../../ports/delegating-connector.js';
import { SchemaCheck } from '../schema-problems.js';

/** Settings of a `handler` connection: where the client's own code is, and how long it may take. */
export interface HandlerSettings {
  readonly url: string;
  readonly models?: readonly { readonly name: string; readonly announcesChanges?: boolean }[];
  /** ISO 8601, in hours, minutes and seconds. */
  readonly timeout?: string;
  readonly maximumDuration?: string;
}

/** The settings as they are read here; they were validated when they were stored. */
export const handlerSettings = (settings: ConnectorConnection['settings']): HandlerSettings =>
  settings as unknown as HandlerSettings;

interface DurationSetting {
  readonly name: 'timeout' | 'maximumDuration';
  /** All in milliseconds. */
  readonly usual: number;
  readonly shortest: number;
  readonly longest: number;
}

const TIMEOUT: DurationSetting = { name: 'timeout', usual: 5 * MINUTE, shortest: 10 * SECOND, longest: 6 * HOUR };
const MAXIMUM: DurationSetting = {
  name: 'maximumDuration',
  usual: 6 * HOUR,
  shortest: 10 * SECOND,
  longest: 7 * 24 * HOUR,
};

const duration = (description: string, { usual, shortest, longest }: DurationSetting): JsonSchema => ({
  type: 'string',
  maxLength: 40,
  default: elapsedText(usual),
  description: `${description} From ${elapsedText(shortest)} to ${elapsedText(longest)}.`,
});

export const handlerSettingsSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: {
    url: { type: 'string', maxLength: 2000, description: 'Where runs are handed over, by a signed POST.' },
    models: {
      type: 'array',
      maxItems: 100,
      description: 'What the handler reads. Left out, Meridian does not know it, and any name may be reported.',
      items: {
        type: 'object',
        properties: {
          name: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_-]{0,99}$' },
          announcesChanges: {
            type: 'boolean',
            default: false,
            description: 'Its changes reach you in other ways too; a sync of `syncOnly` models leaves it out.',
          },
        },
        required: ['name'],
        additionalProperties: false,
      },
    },
    timeout: duration('How long a run may go on without a sign of life.', TIMEOUT),
    maximumDuration: duration('How long a run may take in all.', MAXIMUM),
  },
  required: ['url'],
  additionalProperties: false,
};

export const handlerCredentialsSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: {
    secret: {
      type: 'string',
      maxLength: 200,
      description: 'A Standard Webhooks secret of your making: `whsec_` and the base64 of 24 to 64 random bytes.',
    },
  },
  required: ['secret'],
  additionalProperties: false,
};

const settingsCheck = new SchemaCheck(handlerSettingsSchema);
const credentialsCheck = new SchemaCheck(handlerCredentialsSchema);

/** Every problem of the settings. */
export function settingsProblems(settings: unknown, outbound: Outbound): readonly ConnectionProblem[] {
  const problems = settingsCheck.problems('/settings', settings);
  if (problems.length > 0) return problems;
  const { url, models = [], ...durations } = settings as HandlerSettings;
  const check = outbound.checkUrl(url);
  return [
    ...(check.ok ? [] : [{ pointer: '/settings/url', code: check.code, message: check.message }]),
    ...models.flatMap(({ name }, index) =>
      models.findIndex((other) => other.name === name) < index ? [namedTwice(name, index)] : [],
    ),
    ...[TIMEOUT, MAXIMUM].flatMap((setting) => durationProblems(setting, durations[setting.name])),
  ];
}

const namedTwice = (name: string, index: number): ConnectionProblem => ({
  pointer: pointerTo('settings', 'models', index, 'name'),
  code: 'duplicate_value',
  message: `The model ${name} is declared twice.`,
});

function durationProblems(setting: DurationSetting, text: string | undefined): readonly ConnectionProblem[] {
  if (text === undefined) return [];
  const pointer = pointerTo('settings', setting.name);
  const length = millisecondsOf(text);
  if (length === undefined) {
    const message = `${setting.name} is an ISO 8601 duration in hours, minutes and seconds, such as PT5M.`;
    return [{ pointer, code: 'invalid_duration', message }];
  }
  if (length >= setting.shortest && length <= setting.longest) return [];
  const span = `${elapsedText(setting.shortest)} to ${elapsedText(setting.longest)}`;
  return [{ pointer, code: 'out_of_range', message: `${setting.name} lies from ${span}.` }];
}

/** Every problem of the credentials. */
export function credentialProblems(credentials: unknown): readonly ConnectionProblem[] {
  const problems = credentialsCheck.problems('/credentials', credentials);
  if (problems.length > 0) return problems;
  const { secret } = credentials as { readonly secret: string };
  const parsed = parseSigningSecret(secret);
  return parsed.ok
    ? []
    : parsed.problems.map(({ pointer, code, message }) => ({ pointer: `/credentials${pointer}`, code, message }));
}

export const patienceOf = ({ timeout, maximumDuration }: HandlerSettings): Patience => ({
  silence: (timeout === undefined ? undefined : millisecondsOf(timeout)) ?? TIMEOUT.usual,
  duration: (maximumDuration === undefined ? undefined : millisecondsOf(maximumDuration)) ?? MAXIMUM.usual,
});

function millisecondsOf(text: string): number | undefined {
  const parsed = parseDuration(text);
  return parsed.ok ? elapsedLength(parsed.value) : undefined;
}
