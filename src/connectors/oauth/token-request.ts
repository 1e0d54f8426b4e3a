import { HOUR, SECOND } from '../../domain/time/instant.js';
import type { FailureCode } from '../../domain/run/failure.js';
import type { SourceError } from '../../domain/run/source-error.js';
import { Pace } from '../http/pace.js';
import type { SourceAnswer, SourceRequest } from '../http/source-request.js';
import { sourceFailure } from '../source-failure.js';

/** What a token is asked for with: the client credentials grant of OAuth 2 (RFC 6749, 4.4). */
export interface TokenGrant {
  readonly tokenUrl: string;
  readonly scope?: string;
  /** Who the token is for, where the token endpoint issues tokens for several APIs. */
  readonly audience?: string;
  /** Where the client's id and secret go: `basic` into a header, `body` into the form. */
  readonly clientAuth: 'basic' | 'body';
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface AccessToken {
  readonly value: string;
  /** Milliseconds from its issue. */
  readonly lifetime: number;
}

/** How long a token is used whose lifetime nobody tells; should it be shorter, a 401 renews it. */
const DEFAULT_LIFETIME = HOUR;
const LONGEST_LIFETIME = 24 * HOUR;

/** The request for a token. Its failures name no secret and repeat nothing of the answer's text. */
export function tokenRequest(grant: TokenGrant, signal: AbortSignal): SourceRequest {
  const { tokenUrl, scope, audience, clientAuth, clientId, clientSecret } = grant;
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (scope !== undefined) form.set('scope', scope);
  if (audience !== undefined) form.set('audience', audience);
  const headers: Record<string, string> = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
  };
  if (clientAuth === 'basic') {
    headers.authorization = `Basic ${basicProof(clientId, clientSecret)}`;
  } else {
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret);
  }
  const body = form.toString();
  return { method: 'POST', url: tokenUrl, headers, body, signal, pace: new Pace(), judge: refusedGrant };
}

/** The token in an answer. Throws provider_bad_response where there is none that can be sent. */
export function accessTokenOf({ body }: SourceAnswer): AccessToken {
  const { access_token: value, token_type: type = 'bearer', expires_in: expiresIn } = membersOf(body);
  // Printable ASCII of reasonable length: it goes into a header.
  const isToken = typeof value === 'string' && /^[!-~]{1,16000}$/.test(value);
  if (!isToken) throw sourceFailure('provider_bad_response', 'The token endpoint answered without an access token.');
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer')
    throw sourceFailure(
      'provider_bad_response',
      'The token endpoint answered with a token of another type than bearer.',
    );
  return { value, lifetime: lifetimeOf(expiresIn) };
}

function lifetimeOf(expiresIn: unknown): number {
  const seconds = typeof expiresIn === 'string' && expiresIn.trim() !== '' ? Number(expiresIn) : expiresIn;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) return DEFAULT_LIFETIME;
  return Math.min(Math.max(0, seconds * SECOND), LONGEST_LIFETIME);
}

const meanings: ReadonlyMap<unknown, FailureCode> = new Map([
  ['invalid_client', 'credential_invalid'],
  ['invalid_grant', 'credential_invalid'],
  ['unauthorized_client', 'credential_invalid'],
  ['access_denied', 'credential_invalid'],
  ['invalid_scope', 'configuration_invalid'],
  ['invalid_target', 'configuration_invalid'],
  ['invalid_request', 'configuration_invalid'],
  ['unsupported_grant_type', 'configuration_invalid'],
]);

/** What the endpoint's error code means; some send it with status 200. */
function refusedGrant({ body }: SourceAnswer): SourceError | undefined {
  const { error } = membersOf(body);
  const code = meanings.get(error);
  return code && sourceFailure(code, `The token endpoint refuses to issue a token: ${String(error)}.`);
}

function membersOf(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(body.toString('utf8'))) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

/** RFC 6749, 2.3.1: both are form-encoded before they are joined. */
function basicProof(clientId: string, clientSecret: string): string {
  return Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`, 'utf8').toString('base64');
}

const formEncoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);
